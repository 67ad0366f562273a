import { chmod, mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSampleImages, sampleReleases } from './image';

/**
 * Stands in for docker: it writes down each command, keeps built images (Dockerfile and binary) as files, and answers
 * from them. So the tests see what an engine would hold.
 */
const fakeDocker = `
const fs = require('node:fs');
const path = require('node:path');
const home = process.argv[2];
const args = process.argv.slice(3);
fs.appendFileSync(home + '/calls', args.join(' ') + '\\n');
const file = (tag) => home + '/images/' + encodeURIComponent(tag);
if (args[0] === 'version') console.log(fs.readFileSync(home + '/arch', 'utf8'));
else if (args[0] === 'buildx') process.exit(1);
else if (args[0] === 'build') {
  const context = args.at(-1);
  const dockerfile = fs.readFileSync(context + '/Dockerfile', 'utf8');
  if (dockerfile.includes('golang') && fs.existsSync(home + '/no-golang')) { console.error('pull access denied'); process.exit(1); }
  const binary = path.join(context, 'sample');
  fs.writeFileSync(file(args[args.indexOf('--tag') + 1]), JSON.stringify({
    dockerfile, binary: fs.existsSync(binary) && fs.readFileSync(binary, 'utf8'), buildkit: process.env.DOCKER_BUILDKIT,
  }));
} else if (args[0] === 'image' && args[1] === 'inspect') {
  if (!fs.existsSync(file(args.at(-1)))) process.exit(1);
  console.log(/LABEL evenkeel.sample.content=(.*)/.exec(JSON.parse(fs.readFileSync(file(args.at(-1)), 'utf8')).dockerfile)[1]);
} else if (args[0] === 'create') console.log('c0ffee');
else if (args[0] === 'cp') fs.writeFileSync(args.at(-1), 'binary from the golang image');
else if (args[0] === 'rmi') fs.rmSync(file(args[1]));
`;

/** Stands in for Go: the "binary" says for what it was built. */
const fakeGo = (version: string) => `#!/bin/sh
if [ "$1" = env ]; then echo ${version}; exit; fi
while [ "$1" != -o ]; do shift; done
echo "binary for $GOOS/$GOARCH, cgo $CGO_ENABLED" > "$2"
`;

interface Image {
  dockerfile: string;
  binary: string;
  buildkit: string;
}

describe('buildSampleImages', () => {
  let home: string;
  let log: string[];
  const { PATH: path, DOCKER_BUILDKIT: buildkit } = process.env;

  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), 'sample-'));
    log = [];
    await mkdir(join(home, 'images'));
    await mkdir(join(home, 'bin'));
    await writeFile(join(home, 'docker.js'), fakeDocker);
    await writeFile(join(home, 'arch'), 'arm64');
    await writeFile(join(home, 'bin', 'go'), fakeGo('go1.24.3'));
    await chmod(join(home, 'bin', 'go'), 0o755);
    process.env.PATH = join(home, 'bin');
    delete process.env.DOCKER_BUILDKIT;
  });
  afterEach(async () => {
    process.env.PATH = path;
    if (buildkit !== undefined) process.env.DOCKER_BUILDKIT = buildkit;
    await rm(home, { recursive: true });
  });

  const build = () =>
    buildSampleImages({
      docker: [process.execPath, join(home, 'docker.js'), home],
      repository: '10.1.2.5:5000/sample',
      cacheDirectory: join(home, 'cache', 'sample'),
      log: (line) => log.push(line.replace(/: \d+\.\d s$/, '')),
    });
  const image = async (version: string) =>
    JSON.parse(
      await readFile(join(home, 'images', encodeURIComponent(`10.1.2.5:5000/sample:${version}`)), 'utf8'),
    ) as Image;
  const builds = async () =>
    (await readFile(join(home, 'calls'), 'utf8')).split('\n').filter((call) => call.startsWith('build '))
      .length;

  it('makes an image of each release, with its version, its variables and a user that is not root', async () => {
    await build();
    await expect(readdir(join(home, 'images'))).resolves.toHaveLength(sampleReleases.length);
    const sick = await image('1.2.0-rc.1');
    expect(sick.dockerfile.replace(/[0-9a-f]{64}/, 'HASH').split('\n')).toEqual([
      'FROM scratch',
      'COPY sample /sample',
      'ENV VERSION="1.2.0-rc.1"',
      'ENV BROKEN="sick"',
      'EXPOSE 8080',
      'USER 65534:65534',
      'ENTRYPOINT ["/sample"]',
      'LABEL evenkeel.sample.content=HASH',
      '',
    ]);
  });

  it("builds a static binary for the engine's architecture, once for all releases", async () => {
    await build();
    const binaries = await Promise.all(
      sampleReleases.map(async ({ version }) => (await image(version)).binary),
    );
    expect(new Set(binaries)).toEqual(new Set(['binary for linux/arm64, cgo 0\n']));
    expect(log).toEqual([
      'sample service: go build',
      `sample service: ${sampleReleases.length} images built`,
    ]);
  });

  it('asks for the classic builder where there is no buildx', async () => {
    await build();
    expect((await image('1.0.0')).buildkit).toBe('0');
  });

  it('builds nothing when all images are there', async () => {
    await build();
    log = [];
    await build();
    await expect(builds()).resolves.toBe(sampleReleases.length);
    expect(log).toEqual([`sample service: ${sampleReleases.length} images are there`]);
  });

  it('builds only what is gone or was made of something else, from the cached binary', async () => {
    await build();
    const other = join(home, 'images', encodeURIComponent('10.1.2.5:5000/sample:1.0.0'));
    await writeFile(other, JSON.stringify({ dockerfile: 'LABEL evenkeel.sample.content=old' }));
    await rm(join(home, 'images', encodeURIComponent('10.1.2.5:5000/sample:1.1.0-rc.1')));
    log = [];
    await build();
    expect(log).toEqual(['sample service: 2 images built']);
    expect((await image('1.0.0')).binary).toContain('linux/arm64');
  });

  it('builds anew for an engine of another architecture', async () => {
    await build();
    await writeFile(join(home, 'arch'), 'amd64');
    await build();
    expect((await image('1.0.0')).binary).toContain('linux/amd64');
    await expect(builds()).resolves.toBe(2 * sampleReleases.length);
  });

  it.each([
    ['there is no go in PATH', undefined],
    ['the go in PATH is older than 1.23', 'go1.19.8'],
  ])('builds in a golang image where %s', async (why, version) => {
    if (version === undefined) await rm(join(home, 'bin', 'go'));
    else await writeFile(join(home, 'bin', 'go'), fakeGo(version));
    await build();
    expect(log).toEqual([
      `sample service: built in golang:1.26, as ${why}`,
      `sample service: ${sampleReleases.length} images built`,
    ]);
    expect((await image('1.0.0')).binary).toBe('binary from the golang image');
    await expect(readdir(join(home, 'images'))).resolves.toHaveLength(sampleReleases.length);
  });

  it('says what to do when there is neither Go nor a golang image, and leaves nothing half built', async () => {
    await rm(join(home, 'bin', 'go'));
    await writeFile(join(home, 'no-golang'), '');
    await expect(build()).rejects.toThrow(
      /pull access denied\nThe sample service needs Go: put one in PATH, or let the engine pull golang:1\.26\.$/,
    );
    await expect(readdir(join(home, 'cache', 'sample'))).resolves.toEqual([]);
  });

  it('leaves nothing but the binary in the cache', async () => {
    await build();
    await expect(readdir(join(home, 'cache', 'sample'))).resolves.toEqual([
      expect.stringMatching(/^sample-[0-9a-f]{16}-arm64$/),
    ]);
  });
});

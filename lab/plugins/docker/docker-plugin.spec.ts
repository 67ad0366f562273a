import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FakeDocker } from '../fake-docker';
import type { CallContext, DiffCall, Plugin } from '../provider/calls';
import type { Bag } from '../provider/json';
import { UNKNOWN } from '../provider/special-value';
import { dockerPlugin } from './docker-plugin';

const context: CallContext = { signal: new AbortController().signal, log: () => undefined };
const about = { urn: 'urn:pulumi:dev::test::docker:index/service:Service::web', name: 'web' };
const type = 'docker:index/service:Service';
const inputs = (rest: Bag = {}): Bag => ({
  name: 'shop',
  taskSpec: {
    containerSpec: { image: 'registry.example.com/shop:1.4.2', env: { A: '1' } },
    restartPolicy: { condition: 'any', delay: '1s', maxAttempts: 0, window: '0s' },
    ...rest,
  },
});

let docker: FakeDocker;
let plugin: Plugin;
let host: string;

beforeEach(async () => {
  docker = new FakeDocker();
  docker.nextId = 'service-id';
  host = await docker.start();
  plugin = dockerPlugin(() => Promise.resolve());
  plugin.configure({ host });
});

afterEach(async () => {
  plugin.close();
  await docker.stop();
});

/** A service made of inputs, as the engine stores it. */
async function made(given: Bag): Promise<{ news: Bag; olds: Bag }> {
  const { inputs: news } = plugin.check({ ...about, type, olds: {}, news: given });
  const { properties } = await plugin.create({ ...about, type, properties: news, preview: false }, context);
  return { news, olds: properties };
}

const diffCall = (olds: Bag, news: Bag, ignoreChanges: string[] = []): DiffCall => ({
  ...about,
  type,
  id: 'service-id',
  olds,
  oldInputs: news,
  news,
  ignoreChanges,
});

/** terraform-provider-docker, resource_docker_service.go: `resources` is optional and computed. */
describe('a limit of memory', () => {
  const limited = (memoryBytes: number) => inputs({ resources: { limits: { memoryBytes } } });

  const changes = (olds: Bag, news: Bag) =>
    Object.entries(plugin.diff(diffCall(olds, news)).detailedDiff).filter(([path]) =>
      path.includes('resources'),
    );

  it('stays when it is left out, and goes when it is said to be 0, once', async () => {
    const { olds } = await made(limited(67108864));
    expect(changes(olds, inputs())).toEqual([]);
    expect(changes(olds, limited(0))).toEqual([['taskSpec.resources.limits.memoryBytes', 'UPDATE']]);
    const unlimited = await made(limited(0));
    expect(changes(unlimited.olds, unlimited.news)).toEqual([]);
  });
});

describe('an image given by tag', () => {
  it('is pinned by the registry when the service is made, which the next diff shows', async () => {
    const { news, olds } = await made(inputs());
    const { detailedDiff } = plugin.diff(diffCall(olds, news));
    expect(detailedDiff).toEqual({ 'taskSpec.containerSpec.image': 'UPDATE' });
  });

  it('stays a tag when the service is updated: an update does not ask the registry', async () => {
    const { news, olds } = await made(inputs());
    const { properties } = await plugin.update({ ...diffCall(olds, news), preview: false }, context);
    expect(plugin.diff(diffCall(properties, news)).changes).toBe('DIFF_NONE');
    expect(docker.asked).toEqual(['registry.example.com/shop:1.4.2']);
  });
});

describe('a placement without platforms', () => {
  const placement = { placement: { constraints: ['node.role==manager'] } };
  const refreshed = async (given: Bag) => {
    const { news, olds } = await made(given);
    const read = await plugin.read(
      { ...about, type, id: 'service-id', inputs: news, properties: olds },
      context,
    );
    return { news, olds: read?.properties ?? {} };
  };
  const image = { image: `registry.example.com/shop@sha256:${'a'.repeat(64)}` };
  const pinned = (rest: Bag): Bag => ({
    name: 'shop',
    taskSpec: {
      containerSpec: image,
      restartPolicy: { condition: 'any', delay: '1s', window: '0s' },
      ...rest,
    },
  });

  it("is a diff after a refresh, since the registry's platforms are in the service", async () => {
    const { news, olds } = await refreshed(pinned(placement));
    expect(plugin.diff(diffCall(olds, news)).detailedDiff).toEqual({
      'taskSpec.placement.platforms[0]': 'DELETE',
    });
  });

  it('is none where the platforms are given as the registry has them, or ignored', async () => {
    const { news, olds } = await refreshed(pinned(placement));
    const ignoring = diffCall(olds, news, ['taskSpec.placement.platforms']);
    expect(plugin.diff(ignoring).changes).toBe('DIFF_NONE');
    const given = await refreshed(
      pinned({ placement: { ...placement.placement, platforms: [{ architecture: 'amd64', os: 'linux' }] } }),
    );
    expect(plugin.diff(diffCall(given.olds, given.news)).changes).toBe('DIFF_NONE');
  });
});

describe('a service that somebody else changed', () => {
  it('is updated by its newest version, whatever the state knew', async () => {
    const { news, olds } = await made(inputs());
    (docker.services.get('service-id') as Bag)['Version'] = { Index: 4711 };
    await plugin.update({ ...diffCall(olds, news), preview: false }, context);
    expect(docker.services.get('service-id')).toMatchObject({ Version: { Index: 4712 } });
  });

  it('is gone for a refresh, and an error for an update, which stores what it wanted', async () => {
    const { news, olds } = await made(inputs());
    docker.services.clear();
    const read = plugin.read({ ...about, type, id: 'service-id', inputs: news, properties: olds }, context);
    await expect(read).resolves.toBeNull();
    const update = plugin.update({ ...diffCall(olds, news), preview: false }, context);
    await expect(update).rejects.toMatchObject({
      message: expect.stringContaining(
        '* Error response from daemon: service service-id not found',
      ) as unknown,
      properties: { name: 'shop', id: 'service-id' },
    });
  });

  it('is adopted by a refresh where it has the name', async () => {
    const { news, olds } = await made(inputs());
    const [[, service] = []] = [...docker.services];
    docker.services.clear();
    docker.services.set('another', { ...service, ID: 'another' });
    const read = plugin.read({ ...about, type, id: 'service-id', inputs: news, properties: olds }, context);
    await expect(read).resolves.toMatchObject({ id: 'another' });
  });
});

describe('a service whose secret is replaced', () => {
  it('is updated, not replaced, though the engine asks with a taskSpec that it does not know', async () => {
    const { news, olds } = await made(inputs({ networksAdvanceds: [{ id: 'network-id' }] }));
    const answer = plugin.diff(diffCall(olds, { ...news, taskSpec: UNKNOWN }));
    expect(answer).toMatchObject({ detailedDiff: { taskSpec: 'UPDATE' }, replaces: [] });
  });
});

describe('deleting a service', () => {
  it('waits for no container where there is no grace time', async () => {
    const { olds } = await made(inputs());
    docker.containers = ['never-ends'];
    await plugin.delete({ ...about, type, id: 'service-id', properties: olds }, context);
    expect(docker.services.size).toBe(0);
  });
});

describe('a service without a name', () => {
  it('gets one of its own, and keeps it', () => {
    const nameless: Bag = { taskSpec: inputs()['taskSpec'] ?? null };
    const first = plugin.check({ ...about, type, olds: {}, news: nameless }).inputs;
    expect(first).toMatchObject({
      name: expect.stringMatching(/^web-[0-9a-f]{7}$/) as unknown,
      __defaults: ['name'],
    });
    expect(plugin.check({ ...about, type, olds: first, news: nameless }).inputs).toEqual(first);
  });
});

describe('the provider', () => {
  it('says that Docker does not answer, in the official words', async () => {
    plugin.configure({ host: 'unix:///nowhere/docker.sock' });
    await expect(made(inputs())).rejects.toThrow(
      'failed to create Docker client: Error pinging Docker server, please make sure that ' +
        "unix:///nowhere/docker.sock is reachable and has a  '_ping' endpoint.",
    );
  });

  it('refuses configuration that the stand-in does not know', () => {
    expect(plugin.checkConfig({ host, version: '5.2.0', certPath: '/certs' })).toEqual([
      { property: 'certPath', reason: expect.stringContaining('knows only "host", "sshOpts"') as unknown },
    ]);
  });

  describe('over ssh', () => {
    const folder = mkdtempSync(join(tmpdir(), 'fake-ssh-'));
    const path = process.env['PATH'];
    afterEach(() => (process.env['PATH'] = path));
    afterAll(() => rmSync(folder, { recursive: true }));

    /** Puts a stand-in of ssh into PATH. */
    const ssh = (script: string) => {
      writeFileSync(join(folder, 'ssh'), `#!/bin/sh\n${script}\n`);
      chmodSync(join(folder, 'ssh'), 0o755);
      process.env['PATH'] = `${folder}:${path}`;
    };

    it("talks to the daemon through the machine's own ssh, with the options given", async () => {
      const args = join(folder, 'args');
      const socket = host.replace('unix://', '');
      const pipe = `s=require("net").connect("${socket}");process.stdin.pipe(s);s.pipe(process.stdout)`;
      ssh(`echo "$@" > ${args}\nexec '${process.execPath}' -e '${pipe}'`);
      plugin.configure({ host: 'ssh://root@pi1:2222', sshOpts: '["-i","/key"]' });
      await expect(made(inputs())).resolves.toMatchObject({ olds: { id: 'service-id' } });
      expect(readFileSync(args, 'utf8')).toContain('-l root -p 2222 -i /key');
    });

    it('says what ssh said when it fails', async () => {
      ssh('echo "ssh: connect to host pi1 port 22: No route to host" >&2; exit 255');
      plugin.configure({ host: 'ssh://root@pi1' });
      await expect(made(inputs())).rejects.toThrow(
        /command \[ssh -l root .*\] has exited with exit status 255, .*stderr=ssh: connect to host pi1 port 22: No route/s,
      );
    });
  });
});

import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { meshedNodes } from '../test/sites';
import { FolderMachine } from './folder-machine.fixture';
import { meshConf, meshNodes, meshSite } from './mesh-conf';
import { meshKeyScript, meshScript, withoutMeshScript } from './mesh-script';
import { meshUpScript } from './mesh-up';

const site = meshSite(meshedNodes())!;
const node = meshNodes(site)[0]!;
const conf = meshConf(site, node, new Map([['pi2', `${'b'.repeat(43)}=`]]));
const up = meshUpScript(site.mesh, node.mesh);

let machine: FolderMachine;
let root: string;

beforeEach(() => {
  machine = new FolderMachine(
    ['sh', 'cat', 'chmod', 'cmp', 'cp', 'grep', 'mkdir', 'mv', 'rm'],
    ['update-rc.d', 'systemctl', 'apt-get', 'modprobe'],
  );
  ({ root } = machine);
  // A kernel with WireGuard: the interface is there once it was made.
  program(
    'bin/ip',
    `case "$*" in 'link show'*) [ -e '${root}/up' ] || exit 1;; 'link add dev wg-evenkeel'*) : >'${root}/up';; ` +
      `'link del dev wg-evenkeel') rm '${root}/up';; *'address show'*) echo '4: wg-evenkeel inet 10.90.0.7/24 scope global';; esac`,
  );
  program(
    'bin/wg',
    `case "$1" in genkey) echo secret-$$;; pubkey) read -r key; echo "public-of-$key";; ` +
      `syncconf) cat >'${root}/taken-over';; show) [ -e '${root}/up' ];; esac`,
  );
});
afterEach(() => machine.remove());

const program = (path: string, does?: string) => machine.program(path, does);
const run = (script: string) => machine.run(script);
const calls = () => machine.calls();
const read = (path: string) => machine.read(path);
const modeOf = (path: string) => (statSync(join(root, path)).mode & 0o777).toString(8);
const syncs = (lines: readonly string[]) => lines.filter((line) => line.startsWith('wg syncconf')).length;

describe('meshKeyScript', () => {
  it('makes a key that only root can read, and says the public one', () => {
    const { status, stdout } = run(meshKeyScript);
    const key = read('etc/evenkeel/mesh.key').trim();
    expect({ status, stdout }).toEqual({ status: 0, stdout: `key public-of-${key}\n` });
    expect([modeOf('etc/evenkeel/mesh.key'), modeOf('etc/evenkeel/mesh.pub')]).toEqual(['600', '644']);
    expect(calls().join('\n')).not.toContain(key);
  });

  it('keeps the key that is there', () => {
    const first = run(meshKeyScript);
    expect(run(meshKeyScript)).toEqual(first);
  });

  it('installs what is missing, and wireguard-go only where the kernel has no WireGuard', () => {
    rmSync(join(root, 'bin/wg'));
    const wg = `#!/bin/sh\\ncase "$1" in genkey) echo a;; pubkey) echo b;; esac\\n`;
    program(
      'bin/apt-get',
      `[ "$1" != install ] || { printf '${wg.replaceAll("'", '')}' >'${root}/bin/wg'; chmod 755 '${root}/bin/wg'; }`,
    );
    expect(run(meshKeyScript)).toMatchObject({ status: 0, stdout: 'installing wireguard-tools\nkey b\n' });
    expect(calls()).toContain('apt-get install -y -qq --no-install-recommends wireguard-tools');
    program('bin/ip', 'exit 1');
    expect(run(meshKeyScript)).toMatchObject({ status: 0, stdout: 'installing wireguard-go\nkey b\n' });
  });

  it('says what is missing where it cannot install it', () => {
    for (const name of ['wg', 'apt-get']) rmSync(join(root, 'bin', name));
    expect(run(meshKeyScript)).toEqual({
      status: 1,
      stdout: '',
      stderr:
        'this machine lacks wireguard-tools, and has no apt-get to install it: install it, then run pulumi up again\n',
    });
  });
});

describe('meshScript', () => {
  beforeEach(() => {
    run(meshKeyScript);
    calls();
  });

  it('brings the mesh up now and at every boot, before Docker', () => {
    expect(run(meshScript(conf, up))).toEqual({
      status: 0,
      stdout: 'in the mesh with 1 other nodes\n',
      stderr: '',
    });
    const key = read('etc/evenkeel/mesh.key').trim();
    expect(read('taken-over')).toBe(`[Interface]\nPrivateKey = ${key}\n${conf}`);
    const done = calls();
    expect(done).toEqual(
      expect.arrayContaining([
        'update-rc.d evenkeel-mesh defaults',
        'ip link add dev wg-evenkeel type wireguard',
        'wg syncconf wg-evenkeel /dev/stdin',
        'ip address replace 10.90.0.1/24 dev wg-evenkeel',
        'ip address del 10.90.0.7/24 dev wg-evenkeel',
        'ip link set dev wg-evenkeel mtu 1420 up',
      ]),
    );
    expect(done.join('\n')).not.toContain(key);
    expect(read('etc/evenkeel/mesh.conf')).toBe(conf);
    const script = read('etc/init.d/evenkeel-mesh');
    expect(script).toContain('# X-Start-Before:    docker\n');
    expect(spawnSync('sh', ['-n'], { input: script }).status).toBe(0);
    expect(modeOf('etc/evenkeel/mesh-up')).toBe('755');
  });

  it('uses a unit of systemd where that runs, which is started before the script is run by us', () => {
    mkdirSync(join(root, 'run/systemd/system'), { recursive: true });
    expect(run(meshScript(conf, up)).status).toBe(0);
    const unit = read('etc/systemd/system/evenkeel-mesh.service');
    expect(unit).toContain('Before=docker.service\n');
    expect(unit).toContain(`ExecStart=/etc/evenkeel/mesh-up\n`);
    expect(calls().slice(0, 3)).toEqual([
      'systemctl daemon-reload',
      'systemctl enable --quiet evenkeel-mesh.service',
      'systemctl start evenkeel-mesh.service',
    ]);
  });

  it('touches nothing that runs where nothing is new', () => {
    run(meshScript(conf, up));
    calls();
    expect(run(meshScript(conf, up))).toEqual({ status: 0, stdout: '', stderr: '' });
    expect(syncs(calls())).toBe(0);
  });

  it.each<[string, () => void]>([
    ['the peers are others', () => undefined],
    ['the interface is gone', () => rmSync(join(root, 'up'))],
    ['it was not taken over the last time', () => rmSync(join(root, 'run/evenkeel-mesh.conf'))],
  ])('brings it up again when %s', (what, happens) => {
    run(meshScript(conf, up));
    calls();
    happens();
    const text = what.startsWith('the peers') ? conf.replace('10.90.0.2/32', '10.90.0.9/32') : conf;
    expect(run(meshScript(text, up)).status).toBe(0);
    expect(syncs(calls())).toBe(1);
    expect(read('run/evenkeel-mesh.conf')).toBe(text);
  });

  it('takes wireguard-go where the kernel has no WireGuard, and says so when that fails too', () => {
    program(
      'bin/ip',
      `case "$*" in 'link show'*) [ -e '${root}/up' ] || exit 1;; 'link add'*) exit 2;; esac`,
    );
    program('bin/wireguard-go', `: >'${root}/up'`);
    expect(run(meshScript(conf, up)).status).toBe(0);
    expect(calls()).toContain('wireguard-go wg-evenkeel');
    rmSync(join(root, 'up'));
    program('bin/wireguard-go', 'exit 1');
    expect(run(meshScript(conf, up))).toMatchObject({
      status: 1,
      stderr: 'neither the kernel nor wireguard-go makes wg-evenkeel: is there a /dev/net/tun?\n',
    });
  });
});

describe('withoutMeshScript', () => {
  it('leaves nothing of the mesh, the key least of all', () => {
    run(meshKeyScript);
    run(meshScript(conf, up));
    calls();
    expect(run(`set -eu\n${withoutMeshScript}\n`)).toEqual({ status: 0, stdout: '', stderr: '' });
    expect(calls()).toEqual(['update-rc.d evenkeel-mesh remove', 'ip link del dev wg-evenkeel']);
    for (const path of ['mesh.key', 'mesh.pub', 'mesh.conf', 'mesh-up'])
      expect(existsSync(join(root, 'etc/evenkeel', path))).toBe(false);
    expect(existsSync(join(root, 'etc/init.d/evenkeel-mesh'))).toBe(false);
  });

  it('calls nothing on a machine without a mesh', () => {
    expect(run(`set -eu\n${withoutMeshScript}\n`).status).toBe(0);
    expect(calls()).toEqual([]);
  });
});

const scripts = [
  ['meshKeyScript', meshKeyScript],
  ['meshScript', meshScript(conf, up)],
  ['meshUpScript', up],
  ['withoutMeshScript', withoutMeshScript],
] as const;

describe.each(scripts)('%s as text', (_, script) => {
  it('is what a POSIX shell can read', () => {
    expect(spawnSync('sh', ['-n'], { input: script, encoding: 'utf8' })).toMatchObject({
      status: 0,
      stderr: '',
    });
  });
});

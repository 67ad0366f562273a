import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fiveNodes } from '../test/sites';
import { edgeReadinessScript } from './edge-readiness';
import { FolderMachine } from './folder-machine.fixture';
import { keepalivedConf } from './keepalived-conf';
import { keepalivedScript, withoutKeepalivedScript } from './keepalived-script';

const site = fiveNodes();
const conf = keepalivedConf(site, site.nodes[0]!)!;
const onEth0 = conf.replaceAll('@192.168.1.10@', 'eth0');

let machine: FolderMachine;
let root: string;

beforeEach(() => {
  machine = new FolderMachine(
    ['sh', 'awk', 'cat', 'chmod', 'cmp', 'head', 'mkdir', 'mv', 'rm', 'sed', 'tr'],
    ['perl', 'keepalived', 'update-rc.d', 'systemctl', 'sleep', 'apt-get'],
  );
  ({ root } = machine);
  // A process that lives: the test's own.
  const started = `[ "$1" = stop ] || echo ${process.pid} >'${root}/run/keepalived.pid'`;
  program('etc/init.d/keepalived', started);
  program('bin/systemctl', `[ "$1" = enable ] || echo ${process.pid} >'${root}/run/keepalived.pid'`);
  ip({ route: '192.168.1.10 dev eth0 src 192.168.1.11 uid 0 \\    cache' });
});
afterEach(() => machine.remove());

const program = (path: string, does?: string) => machine.program(path, does);
const run = (script: string) => machine.run(script);
const calls = () => machine.calls();
const read = (path: string) => machine.read(path);

/** What ip(8) says: the line of the address itself, where the machine has it, and its route. */
function ip({ address = '', route = '' }: { address?: string; route?: string }): void {
  const own = '2: eth0    inet 192.168.1.11/24 brd 192.168.1.255 scope global eth0';
  const file = join(root, 'bin/ip');
  writeFileSync(
    file,
    `#!/bin/sh\ncase "$*" in *"address show to"*) printf '%s' '${address}';; *"address show scope"*) echo '${own}';; *) printf '%s' '${route}';; esac\n`,
  );
  chmodSync(file, 0o755);
}

const runs = { status: 0, stdout: 'keepalived runs, for 192.168.1.10 \n', stderr: '' };

describe('keepalivedScript', () => {
  it('writes what keepalived needs, and starts it now and at each boot', () => {
    expect(run(keepalivedScript(conf))).toEqual(runs);
    expect(read('etc/keepalived/keepalived.conf')).toBe(onEth0);
    expect(read('etc/keepalived/evenkeel-edge-readiness')).toBe(edgeReadinessScript);
    expect(readdirSync(join(root, 'etc/keepalived')).sort()).toEqual([
      'evenkeel-address-owner',
      'evenkeel-edge-readiness',
      'keepalived.conf',
    ]);
    expect(calls()).toEqual([
      'perl - 192.168.1.10 eth0 10',
      'update-rc.d keepalived enable',
      'keepalived start',
      'sleep 1',
    ]);
  });

  it('does so with systemd where that runs', () => {
    mkdirSync(join(root, 'run/systemd/system'), { recursive: true });
    expect(run(keepalivedScript(conf))).toEqual(runs);
    expect(calls()).toEqual([
      'perl - 192.168.1.10 eth0 10',
      'systemctl enable --quiet keepalived.service',
      'systemctl start keepalived.service',
      'sleep 1',
    ]);
  });

  it('reloads it when something is new, and only then', () => {
    run(keepalivedScript(conf));
    calls();
    expect(run(keepalivedScript(conf))).toEqual(runs);
    expect(calls()).toContain('keepalived start'); // of what runs: nothing happens
    expect(run(keepalivedScript(conf.replace('priority 250', 'priority 150')))).toEqual(runs);
    expect(read('etc/keepalived/keepalived.conf')).toBe(onEth0.replace('priority 250', 'priority 150'));
    expect(calls()).toContain('keepalived reload');
  });

  it('does not start it on a new edge while it hears nothing from the one that has an address', () => {
    program('bin/perl', 'cat >/dev/null; echo 192.168.1.10: not heard >&2; exit 1');
    expect(run(keepalivedScript(conf))).toEqual({
      status: 1,
      stdout: '',
      stderr: '192.168.1.10: not heard\n',
    });
    expect(calls()).toEqual(['perl - 192.168.1.10 eth0 10']);
    expect(existsSync(join(root, 'etc/keepalived/keepalived.conf'))).toBe(false);
  });

  it('takes the interface that has the address, while this edge is its owner', () => {
    ip({
      address: '7: wlan0    inet 192.168.1.10/32 scope global wlan0',
      route: 'local 192.168.1.10 dev lo',
    });
    expect(run(keepalivedScript(conf))).toEqual(runs);
    expect(read('etc/keepalived/keepalived.conf')).toBe(conf.replaceAll('@192.168.1.10@', 'wlan0'));
  });

  it('tells a machine which has no address yet that it is not its owner: a reload says nothing', () => {
    program('bin/nft', `cat >>'${root}/rules'`);
    expect(run(keepalivedScript(conf))).toEqual(runs);
    expect(read('rules')).toContain('add element inet evenkeel_owner undecided { 192.168.1.10 }\n');
    rmSync(join(root, 'rules'));
    ip({ address: '7: eth0    inet 192.168.1.10/32 scope global eth0' });
    expect(run(keepalivedScript(conf))).toEqual(runs);
    expect(existsSync(join(root, 'rules'))).toBe(false);
  });

  it('takes the interface of the config, wherever the address leads', () => {
    ip({ route: '192.168.1.10 via 10.0.0.1 dev eth1' });
    const named = conf.replaceAll('@192.168.1.10@', 'eth0.7');
    expect(run(keepalivedScript(named))).toEqual(runs);
    expect(read('etc/keepalived/keepalived.conf')).toBe(named);
  });

  it.each(['192.168.1.10 via 10.0.0.1 dev eth1 src 10.0.0.2', ''])(
    'refuses an address that is in no network of the machine, and changes nothing: "%s"',
    (route) => {
      run(keepalivedScript(conf));
      calls();
      ip({ route });
      expect(run(keepalivedScript(conf.replace('priority 250', 'priority 150')))).toEqual({
        status: 1,
        stdout: '',
        stderr:
          '192.168.1.10 is in no network of this machine (eth0 192.168.1.11/24): evenkeel:edge.sharedAddresses needs an ' +
          'address of the LAN that the edges of the place have in common\n',
      });
      expect(read('etc/keepalived/keepalived.conf')).toBe(onEth0);
      expect(calls()).toEqual([]);
    },
  );

  it('leaves a keepalived that is somebody else’s alone', () => {
    mkdirSync(join(root, 'etc/keepalived'));
    writeFileSync(join(root, 'etc/keepalived/keepalived.conf'), 'vrrp_instance mine {\n}\n');
    for (const script of [keepalivedScript(conf), withoutKeepalivedScript]) {
      const { status, stderr } = run(script);
      expect(status).toBe(script === withoutKeepalivedScript ? 0 : 1);
      expect(stderr).toBe(
        script === withoutKeepalivedScript
          ? ''
          : 'this machine has a keepalived of its own (/etc/keepalived/keepalived.conf), which Evenkeel leaves alone: move ' +
              'what is in it elsewhere, or take the place of this node out of evenkeel:edge.sharedAddresses\n',
      );
      expect(read('etc/keepalived/keepalived.conf')).toBe('vrrp_instance mine {\n}\n');
      expect(calls()).toEqual([]);
    }
  });

  it('installs the package where it is missing', () => {
    rmSync(join(root, 'bin/keepalived'));
    expect(run(keepalivedScript(conf))).toEqual({ ...runs, stdout: `installing keepalived\n${runs.stdout}` });
    expect(calls().slice(0, 2)).toEqual([
      'apt-get update -qq',
      'apt-get install -y -qq --no-install-recommends keepalived',
    ]);
  });

  it('says what is missing where it cannot install it', () => {
    for (const name of ['keepalived', 'apt-get']) rmSync(join(root, 'bin', name));
    expect(run(keepalivedScript(conf))).toMatchObject({
      status: 1,
      stderr:
        'this machine lacks keepalived, and has no apt-get to install it: install keepalived 2.2 or newer, then run pulumi up again\n',
    });
  });

  it('fails when keepalived does not stay', () => {
    program('etc/init.d/keepalived');
    expect(run(keepalivedScript(conf))).toEqual({
      status: 1,
      stdout: '',
      stderr: 'keepalived does not run: look at journalctl -u keepalived\n',
    });
  });
});

describe('withoutKeepalivedScript', () => {
  it('stops keepalived and leaves nothing of ours', () => {
    run(keepalivedScript(conf));
    calls();
    expect(run(withoutKeepalivedScript)).toEqual({
      status: 0,
      stdout: 'shared addresses are gone from this machine\n',
      stderr: '',
    });
    expect(readdirSync(join(root, 'etc/keepalived'))).toEqual([]);
    expect(calls()).toEqual(['keepalived stop', 'update-rc.d keepalived disable']);
  });

  it('does so with systemd where that runs', () => {
    mkdirSync(join(root, 'run/systemd/system'), { recursive: true });
    run(keepalivedScript(conf));
    calls();
    expect(run(withoutKeepalivedScript).status).toBe(0);
    expect(calls()).toEqual(['systemctl disable --quiet --now keepalived.service']);
  });

  it('does nothing on a machine that shared no address', () => {
    expect(run(withoutKeepalivedScript)).toEqual({ status: 0, stdout: '', stderr: '' });
    expect(calls()).toEqual([]);
  });
});

const shellcheck = spawnSync('shellcheck', ['--version']).status === 0;
describe.each([
  ['keepalivedScript', keepalivedScript(conf)],
  ['withoutKeepalivedScript', withoutKeepalivedScript],
])('%s as text', (_, script) => {
  (shellcheck ? it : it.skip)('has nothing that shellcheck finds (only where it is installed)', () => {
    expect(spawnSync('shellcheck', ['--shell=sh', '-'], { input: script, encoding: 'utf8' }).stdout).toBe('');
  });
});

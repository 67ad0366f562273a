import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fiveNodes } from '../test/sites';
import { FolderMachine } from './folder-machine.fixture';
import { setUpScript, tearDownScript } from './set-up-script';
import { nftablesRuleset } from './nftables-ruleset';

const ruleset = nftablesRuleset(fiveNodes());

let machine: FolderMachine;
let root: string;

beforeEach(() => {
  machine = new FolderMachine(
    ['sh', 'cat', 'mv', 'rm', 'mkdir', 'chmod', 'sort', 'head'],
    ['chown', 'usermod', 'nft', 'update-rc.d', 'systemctl', 'apt-get', 'sleep'],
  );
  ({ root } = machine);
  program('bin/docker', 'echo 20.10.24+dfsg1');
  program('bin/id', 'echo 1000');
});
afterEach(() => machine.remove());

const program = (path: string, does?: string) => machine.program(path, does);
const run = (script: string) => machine.run(script);
const calls = () => machine.calls();
const read = (path: string) => machine.read(path);
const ready = "Docker 20.10.24+dfsg1, slot ports closed to all but the site's nodes\n";

describe('setUpScript', () => {
  it('closes the slot ports now and at every boot, and makes the folder of the edge', () => {
    expect(run(setUpScript(ruleset, 'admin'))).toEqual({ status: 0, stdout: ready, stderr: '' });
    expect(read('etc/evenkeel/slot-ports.nft')).toBe(ruleset);
    expect((statSync(join(root, 'var/lib/evenkeel/edge')).mode & 0o7777).toString(8)).toBe('2770');
    expect((statSync(join(root, 'etc/init.d/evenkeel-slot-ports')).mode & 0o777).toString(8)).toBe('755');
    expect(calls()).toEqual(
      expect.arrayContaining([
        'usermod -aG docker admin',
        'chown 99:1000 /var/lib/evenkeel/edge',
        'nft -c -f /etc/evenkeel/slot-ports.nft.next',
        'update-rc.d evenkeel-slot-ports defaults',
        'nft -f /etc/evenkeel/slot-ports.nft',
      ]),
    );
  });

  it('leaves an init script that puts the rules in place, before Docker opens a port', () => {
    run(setUpScript(ruleset, 'root'));
    const script = read('etc/init.d/evenkeel-slot-ports');
    expect(script).toContain('# X-Start-Before:    docker\n');
    expect(script).toContain('exec /usr/sbin/nft -f /etc/evenkeel/slot-ports.nft\n');
    expect(spawnSync('sh', ['-n'], { input: script }).status).toBe(0);
  });

  it('uses a unit of systemd where that runs', () => {
    mkdirSync(join(root, 'run/systemd/system'), { recursive: true });
    expect(run(setUpScript(ruleset, 'root')).status).toBe(0);
    const unit = read('etc/systemd/system/evenkeel-slot-ports.service');
    expect(unit).toContain('Before=docker.service ');
    expect(unit).toContain(`ExecStart=/usr/sbin/nft -f /etc/evenkeel/slot-ports.nft\n`);
    expect(calls()).toContain('systemctl enable --quiet evenkeel-slot-ports.service');
    expect(existsSync(join(root, 'etc/init.d/evenkeel-slot-ports'))).toBe(false);
  });

  it('can be run again, and then takes the new rules', () => {
    run(setUpScript('table inet evenkeel {}\n', 'root'));
    expect(run(setUpScript(ruleset, 'root'))).toEqual({ status: 0, stdout: ready, stderr: '' });
    expect(read('etc/evenkeel/slot-ports.nft')).toBe(ruleset);
  });

  it('puts nobody into a group when the SSH user is root', () => {
    run(setUpScript(ruleset, 'root'));
    expect(calls().join('\n')).not.toContain('usermod');
  });

  it.each(['20.10', '20.10.0', '23.0.1', '28.1.1'])('takes Docker %s', (version) => {
    program('bin/docker', `echo ${version}`);
    expect(run(setUpScript(ruleset, 'root')).status).toBe(0);
  });

  it.each(['19.03.15', '1.13.1', '20.9.9'])('refuses Docker %s and touches nothing', (version) => {
    program('bin/docker', `echo ${version}`);
    expect(run(setUpScript(ruleset, 'root'))).toEqual({
      status: 1,
      stdout: '',
      stderr: `Docker is ${version}; 20.10 or newer is needed: apt-get install --only-upgrade docker.io\n`,
    });
    expect(existsSync(join(root, 'etc/evenkeel'))).toBe(false);
  });

  it('installs just what is missing', () => {
    rmSync(join(root, 'bin/nft'));
    program(
      'bin/apt-get',
      `[ "$1" != install ] || { echo '#!/bin/sh' >'${root}/bin/nft'; chmod 755 '${root}/bin/nft'; }`,
    );
    expect(run(setUpScript(ruleset, 'root'))).toMatchObject({
      status: 0,
      stdout: `installing nftables\n${ready}`,
    });
    expect(calls().filter((call) => call.startsWith('apt-get'))).toEqual([
      'apt-get update -qq',
      'apt-get install -y -qq --no-install-recommends nftables',
    ]);
  });

  it('says what is missing where it cannot install it', () => {
    for (const name of ['docker', 'nft', 'apt-get']) rmSync(join(root, 'bin', name));
    expect(run(setUpScript(ruleset, 'root'))).toEqual({
      status: 1,
      stdout: '',
      stderr:
        'this machine lacks docker.io nftables, and has no apt-get to install it: install Docker 20.10 or newer and ' +
        'nftables, then run pulumi up again\n',
    });
  });

  it.each(['update', 'install'])('ends with the words of apt-get when its %s fails', (step) => {
    rmSync(join(root, 'bin/docker'));
    program('bin/apt-get', `[ "$1" != ${step} ] || { echo 'E: no network' >&2; exit 100; }`);
    const { status, stderr } = run(setUpScript(ruleset, 'root'));
    expect(status).not.toBe(0);
    expect(stderr).toBe('E: no network\n');
  });

  it('gives up a Docker that does not answer', () => {
    program('bin/docker', 'exit 1');
    expect(run(setUpScript(ruleset, 'root'))).toEqual({
      status: 1,
      stdout: '',
      stderr: 'Docker is installed, but does not answer within 30 s: look at journalctl -u docker\n',
    });
    expect(calls().filter((call) => call === 'sleep 1')).toHaveLength(30);
  });

  it('keeps the rules that are in place when nft refuses the new ones', () => {
    run(setUpScript(ruleset, 'root'));
    program('bin/nft', `[ "$1" != -c ] || { echo 'syntax error' >&2; exit 1; }`);
    expect(run(setUpScript('nonsense\n', 'root'))).toMatchObject({ status: 1, stderr: 'syntax error\n' });
    expect(read('etc/evenkeel/slot-ports.nft')).toBe(ruleset);
  });

  it('loses no line of itself to a program that reads its standard input, on which the script comes', () => {
    rmSync(join(root, 'bin/nft'));
    program(
      'bin/apt-get',
      `cat >>'${root}/eaten'; echo '#!/bin/sh' >'${root}/bin/nft'; chmod 755 '${root}/bin/nft'`,
    );
    const long = `${'# longer than what a shell reads ahead\n'.repeat(2000)}${ruleset}`;
    expect(run(setUpScript(long, 'root'))).toMatchObject({
      status: 0,
      stdout: `installing nftables\n${ready}`,
    });
    expect(read('eaten')).toBe('');
  });
});

describe('tearDownScript', () => {
  it('leaves nothing of ours, and Docker as it is', () => {
    run(setUpScript(ruleset, 'admin'));
    calls();
    expect(run(tearDownScript)).toEqual({
      status: 0,
      stdout: 'slot ports, edge folder and rules of Evenkeel are gone\n',
      stderr: '',
    });
    for (const path of ['etc/evenkeel', 'var/lib/evenkeel', 'etc/init.d/evenkeel-slot-ports'])
      expect(existsSync(join(root, path))).toBe(false);
    expect(calls()).toEqual(['update-rc.d evenkeel-slot-ports remove', 'nft delete table inet evenkeel']);
  });

  it('can be run on a machine that has nothing of ours', () => {
    program('bin/nft', "echo 'No such file or directory' >&2; exit 1");
    rmSync(join(root, 'bin/update-rc.d'));
    expect(run(tearDownScript).status).toBe(0);
  });
});

const scripts = [
  ['setUpScript', setUpScript(ruleset, 'admin')],
  ['tearDownScript', tearDownScript],
] as const;

describe.each(scripts)('%s as text', (_, script) => {
  it('is what a POSIX shell can read', () => {
    expect(spawnSync('sh', ['-n'], { input: script, encoding: 'utf8' })).toMatchObject({
      status: 0,
      stderr: '',
    });
  });

  const shellcheck = spawnSync('shellcheck', ['--version']).status === 0;
  (shellcheck ? it : it.skip)(
    'has nothing that shellcheck finds (only where shellcheck is installed)',
    () => {
      const { stdout } = spawnSync('shellcheck', ['--shell=sh', '-'], {
        input: script,
        encoding: 'utf8',
      });
      expect(stdout).toBe('');
    },
  );
});

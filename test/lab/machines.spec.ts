import { existsSync, readFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import { Client } from 'ssh2';
import { cacheDirectory } from '../../lab/cache-directory';
import { ensureDocker } from '../../lab/engine';
import { labDown, labUp, readLab, type Lab, type LabMachine } from '../../lab/lab';
import { thisLab } from '../../lab/lab-directory';
import { must } from '../../lab/must';
import { readDigest } from '../../lab/registry';
import { until } from './until';

jest.setTimeout(300_000);

/** A lab beside the checkout's own: these tests cut its machines' power and take it down. */
const name = `${thisLab()}-machines`;

describe('a lab of three machines', () => {
  const lines: string[] = [];
  const log = (line: string) => void lines.push(line);
  let lab: Lab;

  beforeAll(async () => {
    await labDown({ log, name });
    lab = await labUp({ machines: 3, log, name });
  });
  afterAll(() => labDown({ log, name }));

  const pi = (index: number): LabMachine => {
    const machine = lab.machines[index - 1];
    if (!machine) throw new Error(`no machine ${index}`);
    return machine;
  };
  const bootsOf = async (machine: LabMachine) =>
    (await lab.exec(machine.name, ['grep', '-c', ' boot$', '/var/log/boot.log'])).stdout.trim();
  const containersOf = (which: string) =>
    must([
      ...lab.docker,
      'ps',
      '-a',
      '-q',
      '--no-trunc',
      '--filter',
      `label=evenkeel.lab=${name}`,
      ...which.split(' '),
    ]);

  it('has machines that show the host key it names, and have a Docker of their own that is in no Swarm', async () => {
    const question = 'docker info --format "{{.Name}} {{.Swarm.LocalNodeState}}"';
    const answers = await Promise.all(
      lab.machines.map((machine) => ssh(lab, machine, machine.hostKey, question)),
    );
    expect(answers).toEqual(['pi1 inactive', 'pi2 inactive', 'pi3 inactive']);
  });

  it('has machines with keys of their own: one that shows another host key is refused', async () => {
    await expect(ssh(lab, pi(1), pi(2).hostKey, 'true')).rejects.toThrow('Host denied');
  });

  it('has a registry whose digests are the ones it names, and from which a machine can pull', async () => {
    const inRegistry = await Promise.all(
      Object.keys(lab.digests).map(async (version) => [
        version,
        await readDigest(lab.registry, 'sample', version),
      ]),
    );
    expect(Object.fromEntries(inRegistry)).toEqual(lab.digests);
    expect(Object.keys(lab.digests).length).toBeGreaterThan(1);
    const pulled = await lab.exec('pi2', ['docker', 'pull', '-q', lab.edgeImage]);
    expect(pulled).toEqual({ stdout: `${lab.edgeImage}\n`, stderr: '', code: 0 });
  });

  it('has an outsider that reaches the machines over the network and is none of them', async () => {
    const script = `exec 3<>/dev/tcp/${pi(3).address}/22; read -r line <&3; echo "$line"`;
    const greeting = await lab.exec('outsider', ['bash', '-c', script]);
    expect(greeting.stdout).toMatch(/^SSH-2\.0-/);
    expect(lab.machines.map(({ address }) => address)).not.toContain(lab.outsider.address);
  });

  it('is not touched by a second labUp, and found by readLab', async () => {
    const before = await containersOf('--filter status=running');
    const again = await labUp({ machines: 3, log, name });
    expect(await containersOf('--filter status=running')).toBe(before);
    expect(again.machines).toEqual(lab.machines);
    expect(again.edgeImage).toBe(lab.edgeImage);
    expect((await readLab(name))?.machines).toEqual(lab.machines);
  });

  it('keeps the address, the host key and the disk of a machine whose power is cut, and starts what is to start at boot', async () => {
    const script =
      '#!/bin/sh\n### BEGIN INIT INFO\n# Provides: mark\n# Default-Start: 2 3 4 5\n### END INIT INFO\ntouch /run/mark\n';
    await lab.exec(
      'pi3',
      ['sh', '-c', 'cat >/etc/init.d/mark; chmod 755 /etc/init.d/mark; update-rc.d mark defaults'],
      script,
    );
    const boots = Number(await bootsOf(pi(3)));
    await lab.stop('pi3');
    expect(await canConnect(pi(3).address)).toBe(false);
    await lab.start('pi3');
    expect(
      await ssh(lab, pi(3), pi(3).hostKey, 'ls /run/mark; hostname -i; docker info --format {{.Name}}'),
    ).toBe(`/run/mark\n${pi(3).address}\npi3`);
    expect(Number(await bootsOf(pi(3)))).toBe(boots + 1);
  });

  it('cuts a machine off the network and lets it run on', async () => {
    const boots = await bootsOf(pi(2));
    await lab.cutOff('pi2');
    expect(await canConnect(pi(2).address)).toBe(false);
    const outwards = `timeout 2 bash -c 'exec 3<>/dev/tcp/${pi(1).address}/22'`;
    expect((await lab.exec('pi2', ['sh', '-c', outwards])).code).not.toBe(0);
    expect((await lab.exec('pi2', ['docker', 'info', '--format', '{{.Name}}'])).stdout).toBe('pi2\n');
    await lab.reconnect('pi2');
    await until(
      'pi2 takes connections',
      () => canConnect(pi(2).address),
      (can) => can,
    );
    // Its kernel asked for its neighbours in vain, and may say so once more before it asks again.
    await until(
      'pi2 reaches pi1',
      () => lab.exec('pi2', ['sh', '-c', outwards]),
      ({ code }) => code === 0,
    );
    expect(await bootsOf(pi(2))).toBe(boots);
  });

  it('is repaired by labUp: a machine that is gone, one that is off, one that is cut off', async () => {
    await must([...lab.docker, 'rm', '-f', '-v', pi(1).container]);
    await lab.stop('pi2');
    await lab.cutOff('pi3');
    lab = await labUp({ machines: 3, log, name });
    const names = await Promise.all(
      lab.machines.map((machine) => ssh(lab, machine, machine.hostKey, 'hostname')),
    );
    expect(names).toEqual(['pi1', 'pi2', 'pi3']);
  });

  it('can be made larger and smaller again, without touching the machines that stay', async () => {
    const before = (await containersOf('--filter status=running')).split('\n').sort();
    const larger = await labUp({ machines: 5, log, name });
    expect(larger.machines.map((machine) => machine.name)).toEqual(['pi1', 'pi2', 'pi3', 'pi4', 'pi5']);
    lab = await labUp({ machines: 3, log, name });
    expect((await containersOf('--filter status=running')).split('\n').sort()).toEqual(before);
  });

  it('names its machines when asked for one that it does not have', async () => {
    await expect(lab.stop('pi9')).rejects.toThrow(
      'The lab has no machine "pi9"; it has pi1, pi2, pi3, registry, outsider.',
    );
  });

  it('leaves no container, network, volume or file behind', async () => {
    const containers = (await containersOf('--all')).split('\n');
    const format = '{{range .Mounts}}{{.Name}} {{end}}';
    const mounts = await must([...lab.docker, 'inspect', '-f', format, ...containers]);
    const volumes = mounts.split(/\s+/).filter(Boolean);
    expect(volumes).toHaveLength(3 * 2 + 1);

    await labDown({ log, name });

    expect(existsSync(lab.directory)).toBe(false);
    expect(await readLab(name)).toBeUndefined();
    // It may have been the last lab in an engine of ours, which then is stopped: to look into it, it must run.
    const engine = await ensureDocker({ cacheDirectory: cacheDirectory(), log });
    const left = async (...words: string[]) =>
      (await must([...engine.docker, ...words])).split('\n').filter(Boolean);
    expect(await left('ps', '-aq', '--filter', `label=evenkeel.lab=${name}`)).toEqual([]);
    expect(await left('network', 'ls', '-q', '--filter', `name=${name}`)).toEqual([]);
    expect((await left('volume', 'ls', '-q')).filter((volume) => volumes.includes(volume))).toEqual([]);
  });
});

/** Runs a command on a machine as root, with the lab's key, when it shows this host key; resolves with its trimmed output. */
function ssh(lab: Lab, { address }: LabMachine, hostKey: string, command: string): Promise<string> {
  const client = new Client();
  return new Promise<string>((resolve, reject) => {
    client.once('error', reject);
    client.once('ready', () =>
      client.exec(command, (error, stream) => {
        if (error) return reject(error);
        let output = '';
        stream.on('data', (data: Buffer) => (output += data.toString()));
        stream.stderr.on('data', (data: Buffer) => (output += data.toString()));
        stream.once('close', () => resolve(output.trim()));
      }),
    );
    client.connect({
      host: address,
      username: 'root',
      privateKey: readFileSync(lab.privateKeyPath),
      hostVerifier: (key: Buffer) => `ssh-ed25519 ${key.toString('base64')}` === hostKey,
      algorithms: { serverHostKey: ['ssh-ed25519'] },
      readyTimeout: 10_000,
    });
  }).finally(() => client.end());
}

/** Whether this machine can open a TCP connection to port 22 there within a second. */
function canConnect(host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection({ host, port: 22, timeout: 1_000 });
    const done = (result: boolean) => {
      socket.destroy();
      resolve(result);
    };
    socket.once('connect', () => done(true));
    socket.once('timeout', () => done(false));
    socket.once('error', () => done(false));
  });
}

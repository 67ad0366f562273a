import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NodeConfig } from '../config/site-config';
import { newKey, type KeyType } from '../lab/key-pair';
import { fiveNodes, threeNodes } from '../test/sites';
import { SshServer } from '../test/ssh-server';
import { dockerConnection } from './swarm';

const node = threeNodes().nodes[0]!;

/** The options as ssh(1) gets them, without the `-o` before each and without quotes. */
function settings(of: NodeConfig): string[] {
  const options = dockerConnection(of).sshOpts as string[];
  expect(options.filter((_, index) => index % 2 === 0).every((option) => option === '-o')).toBe(true);
  return options.filter((_, index) => index % 2 === 1).map((setting) => setting.replaceAll('"', ''));
}

describe('dockerConnection', () => {
  it('is Docker over ssh, with the one host key of the config and no known_hosts file', () => {
    expect(dockerConnection(node)).toMatchObject({
      host: 'ssh://root@192.168.1.11:22',
      disableDockerDaemonCheck: true,
    });
    expect(settings(node)).toEqual([
      'BatchMode=yes',
      'ConnectTimeout=5',
      'StrictHostKeyChecking=yes',
      'UserKnownHostsFile=/dev/null',
      'GlobalKnownHostsFile=/dev/null',
      'HostKeyAlias=pi1',
      'HostKeyAlgorithms=ssh-ed25519',
      `KnownHostsCommand=/bin/echo pi1 ${node.ssh.hostKey}`,
      'IdentitiesOnly=yes',
      'IdentityFile=~/.ssh/id_ed25519',
    ]);
  });

  it("asks ssh's agent where the config names its socket, and is not held to one key then", () => {
    const found = settings(fiveNodes().nodes[0]!);
    expect(found).toContain('IdentityAgent=~/.ssh/agent.sock');
    expect(found.filter((setting) => /^Identit(iesOnly|yFile)/.test(setting))).toEqual([]);
  });

  it('has a host that Docker can read for every kind of address', () => {
    const hosts = fiveNodes().nodes.map((each) => new URL(dockerConnection(each).host as string));
    expect(hosts.map(({ username, hostname, port }) => `${username} ${hostname} ${port}`)).toEqual([
      'admin 192.168.1.11 2222',
      'admin 192.168.1.12 2222',
      'root [2001:db8::31] 22',
      'admin [2001:db8::32] 2222',
      'admin 192.168.1.13 2222',
    ]);
  });
});

const ssh = spawnSync('ssh', ['-V']).status === 0;
(ssh ? describe : describe.skip)('dockerConnection, by a real ssh (only where ssh is installed)', () => {
  let server: SshServer;

  beforeAll(async () => {
    const exec = (command: string) => ({ stdout: `ran ${command}\n` });
    server = await SshServer.start({ exec }, ['ed25519', 'ecdsa', 'rsa']);
  });
  afterAll(() => server.close());

  /** Runs a command on the server as Docker does, with ssh(1) and the options of the connection. */
  async function run(
    options: Partial<NodeConfig['ssh']>,
  ): Promise<{ code: number; stdout: string; stderr: string }> {
    const connection = dockerConnection({ ...node, ...server.target(options) });
    const { hostname, port, username } = new URL(connection.host as string);
    const argv = [...(connection.sshOpts as string[]), '-l', username, '-p', port, '--', hostname, 'docker'];
    const child = spawn('ssh', argv, { stdio: ['ignore', 'pipe', 'pipe'] });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString('utf8')));
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString('utf8')));
    const [code] = (await once(child, 'close')) as [number];
    return { code, stdout, stderr };
  }

  it.each<KeyType>(['ed25519', 'ecdsa', 'rsa'])(
    'gets in where the host key is the one of the config: %s',
    async (type) => {
      expect(await run({ hostKey: server.hostKeys[type] })).toMatchObject({
        code: 0,
        stdout: 'ran docker\n',
      });
    },
  );

  it('does not get in where it is another, and does not learn it', async () => {
    const { public: hostKey } = newKey('ed25519');
    const before = server.logins;
    for (let attempt = 0; attempt < 2; attempt++) {
      const { code, stdout, stderr } = await run({ hostKey });
      expect({ code, stdout }).toEqual({ code: 255, stdout: '' });
      expect(stderr).toContain('Host key verification failed.');
    }
    expect(server.logins).toBe(before);
  });

  it('finds a key whose path has a blank in it', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'evenkeel key '));
    try {
      const privateKeyPath = join(directory, 'id');
      copyFileSync(server.privateKeyPath, privateKeyPath);
      expect(await run({ privateKeyPath })).toMatchObject({ code: 0, stdout: 'ran docker\n' });
    } finally {
      rmSync(directory, { recursive: true });
    }
  });
});

import type { NodeConfig } from '../config/site-config';
import { threeNodes } from '../test/sites';
import { SshServer, type ExecAnswer } from '../test/ssh-server';
import { withoutKeepalivedScript } from '../machine/keepalived-script';
import { tearDownScript } from '../machine/set-up-script';
import { machineCommand } from './machine-command';

/** What the machine did, and what it answers. */
let ran: string[];
let answer: ExecAnswer;
let server: SshServer;
const printed: string[] = [];
const environment = { ...process.env };

beforeAll(async () => {
  const exec = (_command: string, stdin: string) => {
    ran.push(stdin);
    return answer;
  };
  server = await SshServer.start({ exec });
});
afterAll(() => server.close());

beforeEach(() => {
  ran = [];
  answer = { stdout: 'done\n' };
  printed.length = 0;
  server.logins = 0;
  jest.spyOn(console, 'log').mockImplementation((line: string) => void printed.push(line));
});
afterEach(() => {
  jest.restoreAllMocks();
  process.env = { ...environment };
});

/** Runs a step on the machine as `pulumi up` does. */
async function step(name: string, changes: Partial<NodeConfig> = {}): Promise<void> {
  const node = { ...threeNodes().nodes[0]!, ...server.target(), ...changes };
  process.env['EVENKEEL_NODE'] = JSON.stringify(node);
  process.env['EVENKEEL_MANAGERS'] = JSON.stringify([node]);
  process.env['EVENKEEL_NFTABLES'] = 'table inet evenkeel {}\n';
  await machineCommand().parseAsync([name], { from: 'user' });
}

/** The machine as it is when nothing listens on its address. */
const dead = () => ({ ssh: { ...server.target().ssh, port: 1 } });

describe('machine set-up', () => {
  it('runs its scripts on the machine: it may have shared an address before', async () => {
    await step('set-up');
    expect(ran).toEqual([expect.stringContaining('table inet evenkeel {}'), withoutKeepalivedScript]);
    expect(printed).toEqual(['done', 'done']);
  });

  it('gives the machine its part of the shared addresses', async () => {
    process.env['EVENKEEL_KEEPALIVED'] = 'vrrp_instance 192.168.1.10 {\n}\n';
    await step('set-up');
    expect(ran[1]).toContain('vrrp_instance 192.168.1.10 {\n}\n');
  });

  it('fails where the machine is dead and the config does not say so', async () => {
    await expect(step('set-up', dead())).rejects.toThrow("pi1 (admin@127.0.0.1:1) can't be reached over SSH");
  });
});

describe.each(['set-up', 'join'])('machine %s of a node in maintenance', (name) => {
  it('leaves the machine alone and says so', async () => {
    await step(name, { maintenance: true });
    expect(server.logins).toBe(0);
    expect(printed).toEqual(['pi1: is in maintenance, so it is left as it is']);
  });

  it('is done where the machine is dead', async () => {
    await step(name, { maintenance: true, ...dead() });
    expect(printed).toHaveLength(1);
  });
});

describe('machine tear-down', () => {
  it('runs its script on the machine', async () => {
    await step('tear-down');
    expect(ran).toEqual([withoutKeepalivedScript, tearDownScript]);
    expect(printed).toEqual(['done', 'done']);
  });

  it('is done where the machine cannot be reached, and says what stays on it', async () => {
    await step('tear-down', dead());
    expect(printed).toHaveLength(1);
    expect(printed[0]).toMatch(/^pi1 \(admin@127\.0\.0\.1:1\) can't be reached over SSH: .*ECONNREFUSED/);
    expect(printed[0]).toContain(
      '/etc/evenkeel, /var/lib/evenkeel, the rules of the slot ports and its membership in the Swarm',
    );
  });

  it('fails where the machine can be reached and the script fails', async () => {
    answer = { stderr: 'Read-only file system\n', code: 1 };
    await expect(step('tear-down')).rejects.toThrow('pi1: Read-only file system');
  });
});

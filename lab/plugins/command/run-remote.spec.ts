import { FakeSshd } from '../fake-sshd';
import type { CallContext } from '../provider/calls';
import type { Connection } from './connection';
import type { Run } from './run';
import { runRemote } from './run-remote';

const agent = process.env['SSH_AUTH_SOCK'];
const log: string[] = [];
const context: CallContext = {
  signal: new AbortController().signal,
  log: (_severity, line) => log.push(line),
};
const run = (command: string, rest: Partial<Run> = {}): Run => ({
  command,
  environment: {},
  log: (line) => log.push(line),
  ...rest,
});

let sshd: FakeSshd;
let connection: Connection;

beforeAll(async () => {
  delete process.env['SSH_AUTH_SOCK'];
  sshd = new FakeSshd();
  connection = {
    host: '127.0.0.1',
    port: await sshd.start(),
    user: 'root',
    privateKey: sshd.privateKey,
    hostKey: sshd.hostKey,
    dialErrorLimit: 0,
    perDialTimeout: 5,
  };
});
afterAll(async () => {
  if (agent !== undefined) process.env['SSH_AUTH_SOCK'] = agent;
  await sshd.stop();
});
beforeEach(() => log.splice(0));

describe('runRemote', () => {
  it('runs on the machine with the host key given, with the input given, and logs the lines', async () => {
    const outcome = runRemote(connection, run('cat; echo err >&2', { stdin: 'in\n' }), context);
    await expect(outcome).resolves.toEqual({ stdout: 'in', stderr: 'err' });
    expect([...log].sort()).toEqual(['err', 'in']);
  });

  it('refuses a machine with another host key, without a word to it', async () => {
    const other = new FakeSshd();
    const stranger = { ...connection, hostKey: other.hostKey };
    await expect(runRemote(stranger, run('true'), context)).rejects.toThrow(
      new Error('after 0 failed attempts: ssh: handshake failed: ssh: host key mismatch'),
    );
  });

  it('fails with the status, the command and what it wrote', async () => {
    await expect(runRemote(connection, run('echo out; exit 3'), context)).rejects.toThrow(
      new Error('Process exited with status 3: running "echo out; exit 3":\nout\n'),
    );
  });

  it('says that it is not let in', async () => {
    const { privateKey } = new FakeSshd();
    await expect(runRemote({ ...connection, privateKey }, run('true'), context)).rejects.toThrow(
      'ssh: handshake failed: ssh: unable to authenticate',
    );
  });

  it('tries again as often as it may, and logs each attempt that failed', async () => {
    const closed = new FakeSshd();
    const port = await closed.start();
    await closed.stop();
    const unreachable = { ...connection, port, dialErrorLimit: 2 };
    await expect(runRemote(unreachable, run('true'), context)).rejects.toThrow(
      new Error(`after 2 failed attempts: dial tcp 127.0.0.1:${port}: connect: connection refused`),
    );
    expect(log).toEqual(['Dial 1/2 failed: retrying', 'Dial 2/2 failed: retrying']);
  });

  it('does not try at all with a key that is none, or an agent that does not answer', async () => {
    const before = sshd.connections;
    await expect(runRemote({ ...connection, privateKey: 'x' }, run('true'), context)).rejects.toThrow(
      'ssh: no key found',
    );
    await expect(runRemote({ ...connection, hostKey: 'x' }, run('true'), context)).rejects.toThrow(
      'failed to parse host key',
    );
    const agentSocketPath = '/no/such/agent';
    await expect(runRemote({ ...connection, agentSocketPath }, run('true'), context)).rejects.toThrow(
      'dial unix /no/such/agent: connect: no such file or directory',
    );
    expect(sshd.connections).toBe(before);
  });

  it('ends when it is told to', async () => {
    const canceled = new AbortController();
    const outcome = runRemote(connection, run('echo up; sleep 60', { log: () => canceled.abort() }), {
      ...context,
      signal: canceled.signal,
    });
    await expect(outcome).rejects.toThrow(/ssh: connection lost|without exit status/);
  });
});

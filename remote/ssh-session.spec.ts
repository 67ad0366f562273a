import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os, { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { AgentProtocol, utils } from 'ssh2';
import { newKey } from '../lab/key-pair';
import { SshServer, type SshMachine } from '../test/ssh-server';
import { SshSession, UnreachableError, type SshTarget } from './ssh-session';

const machine: SshMachine = {
  exec: (command, stdin) => {
    switch (command) {
      case 'cat':
        return { stdout: stdin };
      case 'fails':
        return { stdout: 'half\n', stderr: 'no such file\n', code: 3 };
      case 'is killed':
        return { signal: 'KILL' };
      default:
        return undefined;
    }
  },
  unixSocket: (path) => (path === '/run/echo.sock' ? (stream) => stream.pipe(stream) : undefined),
  tcp: (address) => (address === '127.0.0.1:18080' ? (stream) => stream.pipe(stream) : undefined),
};

let server: SshServer;
const open: SshSession[] = [];

beforeAll(async () => {
  server = await SshServer.start(machine, ['ed25519', 'ecdsa', 'rsa']);
});
afterEach(() => {
  for (const session of open.splice(0)) session.close();
});
afterAll(() => server.close());

/** A session that is closed after the test. */
async function session(target: SshTarget = server.target()): Promise<SshSession> {
  const opened = await SshSession.open(target);
  open.push(opened);
  return opened;
}

/** The error of a login that must fail. */
async function refusal(target: SshTarget, timeout?: number): Promise<UnreachableError> {
  const result: unknown = await SshSession.open(target, timeout).then(
    (opened) => {
      opened.close();
      return 'it logged in';
    },
    (error: unknown) => error,
  );
  expect(result).toBeInstanceOf(UnreachableError);
  return result as UnreachableError;
}

/** Listens on a free port of the loopback address. */
async function listen(accept: (socket: Socket) => void): Promise<{ port: number; end: () => void }> {
  const sockets: Socket[] = [];
  const listener: Server = createServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => undefined);
    accept(socket);
  });
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const end = () => {
    for (const socket of sockets) socket.destroy();
    listener.close();
  };
  return { port: (listener.address() as AddressInfo).port, end };
}

describe('SshSession.open', () => {
  it.each(['ed25519', 'ecdsa', 'rsa'] as const)(
    'lets itself in where the host key is the one of the config: %s, whichever others the server has',
    async (type) => {
      const opened = await session(server.target({ hostKey: server.hostKeys[type] }));
      expect((await opened.exec('cat', 'here')).stdout).toBe('here');
    },
  );

  it('takes a host key with a comment, as it stands in the .pub file', async () => {
    const opened = await session(server.target({ hostKey: `${server.hostKeys.ed25519} root@pi1` }));
    expect((await opened.exec('cat', 'here')).stdout).toBe('here');
  });

  it('finds a key below the home directory', async () => {
    const home = jest.spyOn(os, 'homedir').mockReturnValue(dirname(server.privateKeyPath));
    try {
      const opened = await session(server.target({ privateKeyPath: `~/${basename(server.privateKeyPath)}` }));
      expect((await opened.exec('cat', 'here')).stdout).toBe('here');
    } finally {
      home.mockRestore();
    }
  });

  it('refuses a host key other than the configured one, and says both and what to do', async () => {
    const { public: other } = newKey('ed25519');
    const shown = server.hostKeys.ed25519.split(' ')[1];
    const error = await refusal(server.target({ hostKey: other }));
    expect(error.node).toBe('pi1');
    expect(error.message).toBe(
      `pi1 (admin@127.0.0.1:${server.port}) can't be reached over SSH: its host key is not the one of the config. The ` +
        `config has ${other}, the machine shows ${shown}. Either somebody else answers at this address, or the machine ` +
        'was installed anew: then put the output of "ssh-keyscan -t ed25519 ADDRESS", compared on the machine itself, ' +
        'into ssh.hostKey of node pi1',
    );
  });

  it('does not even ask a machine with another host key to be let in', async () => {
    const { public: other } = newKey('ed25519');
    const before = server.logins;
    await refusal(server.target({ hostKey: other }));
    expect(server.logins).toBe(before);
    await session();
    expect(server.logins).toBeGreaterThan(before);
  });

  it("asks ssh's agent where the config names its socket", async () => {
    const directory = mkdtempSync(join(tmpdir(), 'evenkeel-agent-'));
    const agentSocketPath = join(directory, 'agent.sock');
    const key = utils.parseKey(readFileSync(server.privateKeyPath));
    if (key instanceof Error) throw key;
    const agent = createServer((socket) => {
      const protocol = new AgentProtocol(false);
      protocol.on('identities', (request) => protocol.getIdentitiesReply(request, [key]));
      protocol.on('sign', (request, _key, data) => protocol.signReply(request, key.sign(data)));
      socket.pipe(protocol).pipe(socket);
    });
    agent.listen(agentSocketPath);
    try {
      await once(agent, 'listening');
      const opened = await session(server.target({ privateKeyPath: undefined, agentSocketPath }));
      expect((await opened.exec('cat', 'here')).stdout).toBe('here');
    } finally {
      agent.close();
      rmSync(directory, { recursive: true });
    }
  });

  it('says that the machine does not take the key', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'evenkeel-key-'));
    try {
      const privateKeyPath = join(directory, 'other');
      writeFileSync(privateKeyPath, newKey('ed25519').private);
      const error = await refusal(server.target({ privateKeyPath }));
      expect(error.message).toBe(
        `pi1 (admin@127.0.0.1:${server.port}) can't be reached over SSH: All configured authentication methods failed`,
      );
    } finally {
      rmSync(directory, { recursive: true });
    }
  });

  it('says which key file is missing', async () => {
    const error = await refusal(server.target({ privateKeyPath: '/nowhere/id' }));
    expect(error.message).toContain(
      `pi1 (admin@127.0.0.1:${server.port}) can't be reached over SSH: the private key /nowhere/id can't be read: `,
    );
    expect(error.message).toContain("ENOENT: no such file or directory, open '/nowhere/id'");
  });

  it('says that nobody listens', async () => {
    const { port, end } = await listen(() => undefined);
    end();
    const error = await refusal(server.target({ port }));
    expect(error.message).toBe(
      `pi1 (admin@127.0.0.1:${port}) can't be reached over SSH: connect ECONNREFUSED 127.0.0.1:${port}`,
    );
  });

  it('gives up a machine that takes the connection and stays silent', async () => {
    const { port, end } = await listen(() => undefined);
    try {
      const error = await refusal(server.target({ port }), 200);
      expect(error.message).toBe(
        `pi1 (admin@127.0.0.1:${port}) can't be reached over SSH: no answer within 200 ms`,
      );
    } finally {
      end();
    }
  });

  it('gives up a machine that hangs up', async () => {
    const { port, end } = await listen((socket) => socket.end());
    try {
      const error = await refusal(server.target({ port }));
      expect(error.message).toMatch(
        / can't be reached over SSH: (Connection lost before handshake|the connection was)/,
      );
    } finally {
      end();
    }
  });
});

describe('SshSession.exec', () => {
  it('gives the command its input, and returns what it printed', async () => {
    const input = 'Grüße\n'.repeat(20_000); // more than one SSH window's worth of bytes and of its packets
    expect(await (await session()).exec('cat', input)).toEqual({ stdout: input, stderr: '', code: 0 });
  });

  it('returns code and both outputs of a command that fails', async () => {
    expect(await (await session()).exec('fails')).toEqual({
      stdout: 'half\n',
      stderr: 'no such file\n',
      code: 3,
    });
  });

  it('returns 255 for a command that a signal ends', async () => {
    expect((await (await session()).exec('is killed')).code).toBe(255);
  });

  it('runs several commands at once over one connection', async () => {
    const opened = await session();
    const inputs = Array.from({ length: 8 }, (_, number) => `input ${number}`);
    const results = await Promise.all(inputs.map((input) => opened.exec('cat', input)));
    expect(results.map(({ stdout }) => stdout)).toEqual(inputs);
    expect(server.connections.size).toBe(1);
  });

  it('throws when the connection breaks before the command ends', async () => {
    const opened = await session();
    const closed = new Promise<void>((resolve) => opened.onClose(resolve));
    const running = opened.exec('never ends');
    const outcome = expect(running).rejects.toThrow(new Error('pi1: the SSH connection broke'));
    await opened.exec('cat'); // the other command has reached the server by now
    server.breakConnections();
    await outcome;
    await closed;
  });

  it('throws on a connection that is closed', async () => {
    const opened = await session();
    const closed = new Promise<void>((resolve) => opened.onClose(resolve));
    opened.close();
    await closed;
    await expect(opened.exec('cat')).rejects.toThrow('Not connected');
  });
});

describe('SshSession.openUnixSocket', () => {
  it('speaks to whoever listens there', async () => {
    const channel = await (await session()).openUnixSocket('/run/echo.sock');
    channel.end('show info\n');
    expect(await text(channel)).toBe('show info\n');
  });

  it('says where nobody listens', async () => {
    await expect((await session()).openUnixSocket('/run/nobody.sock')).rejects.toThrow(
      /^pi1: \/run\/nobody\.sock: \(SSH\) Channel open failure: /,
    );
  });
});

describe('SshSession.openTcp', () => {
  it('speaks to whoever listens there, from the node', async () => {
    const channel = await (await session()).openTcp('127.0.0.1', 18080);
    channel.end('GET /alive\n');
    expect(await text(channel)).toBe('GET /alive\n');
  });

  it('says where nobody listens', async () => {
    await expect((await session()).openTcp('127.0.0.1', 18081)).rejects.toThrow(
      /^pi1: 127\.0\.0\.1:18081: \(SSH\) Channel open failure: /,
    );
  });
});

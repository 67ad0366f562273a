import { createServer, type Socket } from 'node:net';
import { listen, type LocalServer, textOf } from '../watchdog/local-server.fixture';
import type { Message } from './message';
import { type Destinations, sendersTo } from './senders';
import { sendTest } from './send-test';

const message: Message = {
  title: 'home is down',
  text: 'home/pi1: down since …\nTheir DNS records were removed.',
  urgency: 'urgent',
  at: Date.UTC(2026, 10, 27, 21, 4),
};

let got: { path?: string; authorization?: string; body: unknown }[];
let status: number;
let server: LocalServer;

beforeEach(async () => {
  [got, status] = [[], 200];
  server = await listen((request, response) => {
    void textOf(request).then((body) => {
      got.push({ path: request.url, authorization: request.headers.authorization, body: JSON.parse(body) });
      response.writeHead(status).end('{"what":"the server says"}');
    });
  });
});
afterEach(() => server.stop());

const send = (to: Destinations, what = message) =>
  Promise.all(sendersTo(to).map((sender) => sender.send(what)));

describe('sendersTo', () => {
  it('publishes to ntfy as JSON, with the token in a header', async () => {
    await send({ ntfy: { server: server.url, topic: 'shop-a1b2', token: 'tk_secret' } });
    expect(got).toEqual([
      {
        path: '/',
        authorization: 'Bearer tk_secret',
        body: { topic: 'shop-a1b2', title: message.title, message: message.text, priority: 5 },
      },
    ]);
  });

  it('publishes to ntfy without a token, and with the usual priority', async () => {
    await send({ ntfy: { server: server.url, topic: 'shop' } }, { ...message, urgency: 'normal' });
    expect(got).toMatchObject([{ authorization: undefined, body: { priority: 3 } }]);
  });

  it('sends to Pushover and Telegram what their APIs take', async () => {
    await send({
      pushover: { server: server.url, token: 'app', user: 'me' },
      telegram: { server: server.url, token: '1:abc', chat: '42' },
    });
    expect(got).toEqual(
      expect.arrayContaining([
        {
          path: '/1/messages.json',
          authorization: undefined,
          body: { token: 'app', user: 'me', title: message.title, message: message.text, priority: 1 },
        },
        {
          path: '/bot1:abc/sendMessage',
          authorization: undefined,
          body: { chat_id: '42', text: `${message.title}\n${message.text}`, disable_notification: false },
        },
      ]),
    );
  });

  it('sends the message to a webhook', async () => {
    await send({ webhook: { url: `${server.url}/hook?key=secret` } });
    expect(got).toMatchObject([
      { path: '/hook?key=secret', body: { ...message, at: '2026-11-27T21:04:00.000Z' } },
    ]);
  });

  it('shortens what a service would refuse', async () => {
    await send(
      { pushover: { server: server.url, token: 'a', user: 'b' } },
      { ...message, text: 'x'.repeat(3000) },
    );
    const { body } = got[0]! as { body: { message: string } };
    expect(body.message).toHaveLength(1024);
  });

  it('throws when the service does not take it, without a word of what is secret', async () => {
    status = 401;
    const url = `${server.url}/hook?key=secret`;
    await expect(send({ webhook: { url } })).rejects.toThrow(/^webhook answers 401$/);
    await server.stop();
    await expect(send({ webhook: { url } })).rejects.toThrow(/^webhook can't be reached: ECONNREFUSED$/);
    server = await listen(() => undefined);
  });

  it('sends mail', async () => {
    const said: string[] = [];
    const mail = createServer((socket: Socket) => smtp(socket, said));
    await new Promise<void>((resolve) => mail.listen(0, '127.0.0.1', resolve));
    const { port } = mail.address() as { port: number };
    const email = {
      server: '127.0.0.1',
      port,
      tls: false,
      from: 'evenkeel@example.com',
      to: ['me@example.com'],
    };
    try {
      await send({ email });
      const all = said.join('\n');
      expect(all).toContain('RCPT TO:<me@example.com>');
      expect(all).toContain('Subject: home is down');
      expect(all).toContain('X-Priority: 1');
      // Without TLS no password is sent.
      const secret = { ...email, user: 'me', password: 'hidden' };
      await expect(send({ email: secret })).rejects.toThrow(/^the mail server can't be used: /);
      expect(said.join('\n')).not.toMatch(/AUTH|hidden/);
    } finally {
      await new Promise((resolve) => mail.close(resolve));
    }
  });
});

/** As much of a mail server as a client needs. */
function smtp(socket: Socket, said: string[]): void {
  let inData = false;
  socket.write('220 ready\r\n');
  socket.on('error', () => undefined);
  socket.on('data', (chunk) => {
    for (const line of chunk.toString('utf8').split('\r\n').slice(0, -1)) {
      said.push(line);
      if (inData) {
        if (line !== '.') continue;
        inData = false;
        socket.write('250 taken\r\n');
      } else if (line === 'DATA') {
        inData = true;
        socket.write('354 go on\r\n');
      } else if (line === 'QUIT') socket.end('221 bye\r\n');
      else if (line === 'STARTTLS') socket.write('502 no\r\n');
      else socket.write('250 fine\r\n');
    }
  });
}

describe('sendTest', () => {
  it('says of each way how it went', async () => {
    const lines: string[] = [];
    const say = (line: string) => lines.push(line);
    expect(
      await sendTest({ ntfy: { server: server.url, topic: 't' } }, ['shop.example.com'], 'home', say),
    ).toBe(true);
    status = 500;
    const both: Destinations = { ntfy: { server: server.url, topic: 't' }, webhook: { url: server.url } };
    expect(await sendTest(both, ['shop.example.com'], 'home', say)).toBe(false);
    expect(lines.sort()).toEqual(['ntfy: ntfy answers 500', 'ntfy: sent', 'webhook: webhook answers 500']);
  });

  it('is no success without a way', async () => {
    const lines: string[] = [];
    expect(await sendTest({}, ['shop.example.com'], 'home', (line) => lines.push(line))).toBe(false);
    expect(lines).toEqual(['evenkeel:messages names no way to send a message']);
  });
});

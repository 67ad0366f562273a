import { cleanUp, every, good, runLoad, serve } from './test-loads';
import { httpAnswer, reset, type RawAnswer } from './raw-server';

afterEach(cleanUp);

describe('startLoad', () => {
  describe('a request is lost, once and without a retry,', () => {
    const cases: { what: string; other: RawAnswer; text: RegExp; timeout?: number }[] = [
      {
        what: 'when the status is not 200',
        other: ({ socket }) => socket.write(httpAnswer('1.0.0', '', '503 Service Unavailable')),
        text: /^status 503$/,
      },
      {
        what: 'when the connection is reset in the middle of the answer',
        other: ({ socket }) => {
          const half = httpAnswer('1.0.0').slice(0, -1);
          socket.write(half, () => reset(socket));
        },
        text: /^(read ECONNRESET|other side closed), after \d+ bytes of the answer to request \d+ of its connection$/,
      },
      {
        what: 'when the connection is closed in the middle of the answer',
        other: ({ socket }) => socket.end(httpAnswer('1.0.0').slice(0, -1)),
        text: /^other side closed, after 58 bytes of the answer to request \d+ of its connection$/,
      },
      {
        what: 'when the last chunk is missing',
        other: ({ socket }) =>
          socket.end('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nok\n\r\n'),
        text: /^other side closed, after 55 bytes/,
      },
      {
        what: 'when a shortened answer was announced to be the last',
        other: ({ socket }) =>
          socket.end('HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 9\r\n\r\nok\n'),
        text: /^Response body length does not match content-length header, after 60 bytes/,
      },
      {
        what: 'when the connection is closed without an answer',
        other: ({ socket }) => socket.end(),
        text: /^other side closed, after 0 bytes/,
      },
      {
        what: 'when the answer has no length: a reset can look like its end',
        other: ({ socket }) => {
          socket.write('HTTP/1.1 200 OK\r\n\r\nok\n', () => reset(socket));
        },
        text: /^(an answer without a length, so nothing shows that it was complete|read ECONNRESET, after .*)$/,
      },
      {
        what: 'when the answer is no HTTP',
        other: ({ socket }) => socket.write('220 mail.example.com ESMTP\r\n'),
        text: /, after 28 bytes/,
      },
      {
        what: 'when it has no complete answer within the timeout',
        other: ({ socket }) => socket.write(httpAnswer('1.0.0').slice(0, -1)),
        text: /^no complete answer within 1000 ms$/,
        timeout: 1000,
      },
    ];

    it.each(cases)('$what', async ({ other, text, timeout }) => {
      let bad = 0;
      const server = await serve(
        every(10, (request) => {
          bad++;
          other(request);
        }),
      );
      const report = await runLoad(server, 50, { keepAlive: 1, fresh: 1, timeout });
      expect(bad).toBeGreaterThanOrEqual(5);
      expect(report).toMatchObject({ requests: server.requests, lost: bad, reopened: 0 });
      expect(report.byVersion).toEqual({ '1.0.0': server.requests - bad });
      expect(report.byTarget.pi1).toMatchObject({ requests: server.requests, lost: bad });
      expect(report.failures).toHaveLength(bad);
      for (const failure of report.failures) {
        expect(failure).toMatchObject({
          target: 'pi1',
          kind: 'lost',
          text: expect.stringMatching(text) as string,
        });
      }
    });

    it('when nobody listens; the whole time is one gap', async () => {
      const server = await serve(good);
      await server.close();
      const report = await runLoad(server, 8, { keepAlive: 1, fresh: 1 });
      expect(report.requests).toBeGreaterThanOrEqual(8);
      expect(report).toMatchObject({ lost: report.requests, p50: 0, p99: 0, max: 0, byVersion: {} });
      expect(report.byTarget.pi1?.longestGap).toBe(report.endedAt - report.startedAt);
      expect(report.failures.map(({ text }) => text)).toEqual(
        report.failures.map(
          () => expect.stringMatching(/^not connected: connect ECONNREFUSED 127\.0\.0\.1:\d+$/) as string,
        ),
      );
      expect(new Set(report.failures.map(({ connection }) => connection))).toEqual(
        new Set(['kept-alive', 'fresh']),
      );
    });
  });

  it('lists the first 20 failures only, and counts all', async () => {
    const server = await serve(({ socket }) =>
      socket.write(httpAnswer('1.0.0', '', '500 Internal Server Error')),
    );
    const report = await runLoad(server, 30, { keepAlive: 5 });
    expect(report.lost).toBe(server.requests);
    expect(report.failures).toHaveLength(20);
    expect(report.lostByText).toEqual({ 'status 500': report.lost });
    expect(report.failures.map(({ status }) => status)).toEqual(report.failures.map(() => 500));
  });
});

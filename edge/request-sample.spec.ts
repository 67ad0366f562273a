import { parseRequestSample, requestSampleFormat } from './request-sample';

/** Lines of HAProxy 2.6.12 (Debian 12) and, with process 21465 and 21524, of 3.0.0, with `requestSampleFormat`. */
const recorded = {
  answered: 'canary 10316 4 1795267450729 0 0 shop-green pi1 200 121 121 --',
  second: 'canary 10316 34 1795267455462 0 700 shop-green pi1 200 121 121 --',
  noServer: 'canary 10316 13 1795267452876 0 0 my-shop-down-green <NOSRV> 503 -1 0 SC',
};

describe('parseRequestSample', () => {
  it('reads every field', () => {
    expect(parseRequestSample(recorded.answered)).toEqual({
      process: 10316,
      counter: 4,
      at: 1_795_267_450_729,
      service: 'shop',
      slot: 'green',
      server: 'pi1',
      status: 200,
      ms: 121,
      activeMs: 121,
      termination: '--',
      failed: false,
      aborted: false,
    });
  });

  it('takes the beginning of a later request on a connection for its time, not the end of the one before', () => {
    expect(parseRequestSample(recorded.second)?.at).toBe(1_795_267_456_162); // sent at …456161, by the client's clock
  });

  it('has no server when there was none, and takes the whole time when there were no headers', () => {
    const sample = parseRequestSample(recorded.noServer);
    expect(sample).toMatchObject({ service: 'my-shop-down', slot: 'green', ms: 0, failed: true });
    expect(sample).toHaveProperty('server', undefined);
    expect(parseRequestSample('canary 1 5 1795267450902 0 0 shop-green pi1 504 -1 602 sH')?.ms).toBe(602);
    // Nothing of these timers came to pass.
    expect(parseRequestSample('canary 1 5 1795267450902 -1 -1 shop-green pi1 -1 -1 3 CD')?.at).toBe(
      1_795_267_450_902,
    );
  });

  it.each([
    ['2024-06-01T10:00:00Z ', ''],
    ['evenkeel-edge.1.x2k@pi1    | ', '\r'],
    ['', '\n'],
  ])('reads a line with the prefix %j and the end %j', (prefix, end) => {
    expect(parseRequestSample(prefix + recorded.answered + end)).toEqual(
      parseRequestSample(recorded.answered),
    );
  });

  it('takes nothing from what a client may have written before it', () => {
    const forged = 'canary 1 1 1795267450902 0 0 shop-blue pi1 500 1 1 --';
    for (const prefix of [forged, `192.0.2.1 GET /${forged}`, `${forged} canary`])
      expect(parseRequestSample(`${prefix} ${recorded.answered}`)).toEqual(
        parseRequestSample(recorded.answered),
      );
  });

  // Made by HAProxy 2.6.12 or 3.0.0, but for sC, sQ, DH, CC, cD with 200, PC, RC, IH, KD and a missing status: those are
  // written after its manual.
  describe('tells whose doing the end was', () => {
    const line = (end: string) => `canary 10316 5 1795267450902 0 0 ${end}`;

    it.each([
      ['an answer', 'shop-green pi1 200 4 4 --'],
      ['4xx', 'shop-green pi1 404 0 1 --'],
      ['499 by a server', 'shop-green pi1 499 10 10 --'],
      ['a redirection', 'shop-green pi1 302 1 1 --'],
      ['a WebSocket that the client closes', 'shop-green pi1 101 0 301 CD'],
      ['a WebSocket that is silent', 'shop-green pi1 101 2 1005 sD'],
      ['a WebSocket whose client is silent', 'shop-green pi1 101 0 1002 cD'],
      ['a WebSocket that the server closes', 'shop-green pi1 101 0 82 SD'],
    ])('answered: %s', (_, end) => {
      expect(parseRequestSample(line(end))).toMatchObject({ failed: false, aborted: false });
    });

    it.each([
      ['5xx by the server', 'shop-green pi1 500 2 2 --'],
      ['503 by the server', 'shop-green pi1 503 0 0 --'],
      ['5xx by the server, then the client left', 'shop-green pi1 500 41 203 CD'],
      ['too slow to answer', 'shop-green pi1 504 -1 602 sH'],
      ['broken off before the headers', 'shop-green pi1 502 -1 0 SH'],
      ['broken off in the body', 'shop-green pi1 200 1 50 SD'],
      ['silent in the body', 'shop-green pi1 200 0 602 sD'],
      ['connection refused', 'my-shop-blue pi1 503 -1 301 SC'],
      ['no connection in time', 'shop-blue pi1 503 -1 302 sC'],
      ['no server up', 'my-shop-down-green <NOSRV> 503 -1 0 SC'],
      ['no place in the queue', 'shop-green <NOSRV> 503 -1 5000 sQ'],
      ['went down', 'shop-green pi1 -1 -1 700 DH'],
      ['headers that are none', 'shop-green pi1 502 -1 1 PH'],
      ['a body that is none', 'shop-green pi1 200 41 100 PD'],
      ['no status', 'shop-green pi1 -1 -1 10 --'],
    ])('failed: %s', (_, end) => {
      expect(parseRequestSample(line(end))).toMatchObject({ failed: true, aborted: false });
    });

    it.each([
      ['the client left in the body', 'shop-green pi1 200 44 206 CD'],
      ['the client left before the headers', 'shop-green pi1 -1 -1 5000 CD'],
      ['the client left before the headers, in 3.0', 'shop-green pi1 400 -1 84 CD'],
      ['the client left before the connection was there', 'shop-green pi1 503 -1 40 CC'],
      ['the client left with the last bytes', 'shop-green pi1 413 1 899 CL'],
      ['the client did not send its body', 'shop-green pi1 400 -1 1002 cH'],
      ['the client stopped reading', 'shop-green pi1 200 1 30000 cD'],
      ['the client sent a body that is none', 'shop-green pi1 400 -1 100 PH'],
      ['the edge refused it', 'shop-green <NOSRV> 403 -1 0 PR'],
      ['the edge answered itself', 'shop-green <NOSRV> 302 -1 0 LR'],
      ['the edge had no sockets left', 'shop-green pi1 503 -1 0 PC'],
      ['the edge had no memory left', 'shop-green pi1 503 -1 0 RC'],
      ['an internal error of the edge', 'shop-green pi1 500 -1 0 IH'],
      ['an operator ended it', 'shop-green pi1 200 5 700 KD'],
    ])('aborted: %s', (_, end) => {
      expect(parseRequestSample(line(end))).toMatchObject({ failed: false, aborted: true });
    });
  });

  it.each([
    ['', 'nothing'],
    ['canary 10316 14 1795267452927 0 0 public <NOSRV> 200 -1 0 LR', 'a request of no service'],
    ['canary 10316 14 1795267452927 0 0 edge.pi2 pi2 200 3 3 --', 'a request passed on to another edge'],
    [recorded.answered.slice(0, -1), 'a line cut short'],
    [recorded.answered.replace('121 --', '+121 --'), 'a line logged before the end (option logasap)'],
    [recorded.answered + ' x', 'more than a line'],
    ['x' + recorded.answered, 'another word'],
    ['[WARNING]  (1) : Server shop-green/pi1 is DOWN', 'a message of HAProxy'],
    [
      '192.0.2.1:4711 [06/Feb/2009:12:14:14.655] public shop-green/pi1 10/0/30/69/109 200 27',
      'another format',
    ],
  ])('is undefined for %j: %s', (line) => {
    expect(parseRequestSample(line)).toBeUndefined();
  });
});

describe('requestSampleFormat', () => {
  it('is what the parser reads', () => {
    const values: Record<string, string> = {
      pid: '7',
      rt: '42',
      Ts: '1795267450',
      ms: '009',
      Th: '1',
      Ti: '20',
      b: 'shop-blue',
      s: 'pi3',
      ST: '201',
      Tr: '33',
      Ta: '44',
      ts: '--',
    };
    const line = requestSampleFormat.replace(/%(\w+)/g, (_, name: string) => values[name] ?? '?');
    // %Ts%ms stands without a space: seconds and three digits of ms are ms.
    expect(parseRequestSample(line)).toMatchObject({
      process: 7,
      counter: 42,
      at: 1_795_267_450_030,
      service: 'shop',
      slot: 'blue',
      server: 'pi3',
      status: 201,
      ms: 33,
      activeMs: 44,
    });
  });
});

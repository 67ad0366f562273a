import { VirtualTime } from '../watchdog/virtual-time.fixture';
import type { Message, Sender } from './message';
import { Messenger } from './messenger';
import type { QuietHours } from './quiet-hours';

let time: VirtualTime;
let log: string[];
const note = (title: string, urgency: Message['urgency'] = 'normal'): Message => ({
  title,
  text: `${title}.`,
  urgency,
  at: time.now,
});
const messenger = (senders: Sender[], quietHours?: QuietHours) =>
  new Messenger({
    senders,
    quietHours,
    now: () => time.now,
    sleep: time.sleep,
    log: (line) => log.push(line),
  });

/** Fails so often, then takes everything. */
function flaky(failures: number): Sender & { sent: Message[] } {
  const sent: Message[] = [];
  return {
    name: 'ntfy',
    sent,
    send: (message) => {
      if (failures-- > 0) return Promise.reject(new Error('ntfy answers 503'));
      sent.push(message);
      return Promise.resolve();
    },
  };
}
const titles = ({ sent }: { sent: Message[] }) => sent.map(({ title }) => title);

beforeEach(() => {
  time = new VirtualTime();
  log = [];
});

describe('Messenger', () => {
  it('sends a message once by each way, in order', async () => {
    const [one, two] = [flaky(0), flaky(2)];
    const post = messenger([one, two]);
    post.tell(note('down', 'urgent'));
    post.tell(note('up'));
    await time.pass(120_000);
    expect([titles(one), titles(two)]).toEqual([
      ['down', 'up'],
      ['down', 'up'],
    ]);
    expect(log).toEqual(Array(2).fill('message "down" by ntfy: ntfy answers 503'));
  });

  it('gives a message up after six attempts in two hours, and goes on with the next', async () => {
    const sender = flaky(6);
    const post = messenger([sender]);
    post.tell(note('down'));
    post.tell(note('up'));
    await time.pass(2 * 3_600_000);
    expect(titles(sender)).toEqual(['up']);
    expect(log.at(-1)).toBe('message "down" by ntfy: ntfy answers 503; given up');
  });

  it('is not kept by a way that hangs', async () => {
    const sender = flaky(0);
    const hangs: Sender = { name: 'email', send: () => new Promise(() => undefined) };
    const post = messenger([hangs, sender]);
    for (let count = 0; count < 100; count++) post.tell(note(`message ${count}`));
    await time.pass(1000);
    expect(sender.sent.length).toBeGreaterThanOrEqual(50);
  });

  it('keeps what is not urgent in quiet hours, and sends it as one digest', async () => {
    const sender = flaky(0);
    // Noon in UTC is 13:00 in Berlin.
    const post = messenger([sender], { from: '12:30', to: '13:30', timeZone: 'Europe/Berlin' });
    post.tell(note('fra is up'));
    post.tell(note('home is down', 'urgent'));
    await time.pass(60_000);
    post.tell(note('home is up'));
    post.tick();
    expect(titles(sender)).toEqual(['home is down']);
    await time.pass(30 * 60_000);
    post.tick();
    post.tick();
    await time.pass(1000);
    expect(sender.sent).toHaveLength(2);
    expect(sender.sent[1]).toMatchObject({
      title: '2 messages from the quiet hours',
      text: '13:00 fra is up\nfra is up.\n\n13:01 home is up\nhome is up.',
      urgency: 'normal',
    });
  });

  it('sends one message of the quiet hours as it was', async () => {
    const sender = flaky(0);
    const post = messenger([sender], { from: '11:59', to: '12:01', timeZone: 'UTC' });
    post.tell(note('home is up'));
    await time.pass(120_000);
    post.tick();
    await time.pass(1000);
    expect(titles(sender)).toEqual(['home is up']);
  });

  describe('at its end', () => {
    /** Whether `end` came back by now. */
    const ends = (post: Messenger) => {
      const state = { over: false };
      void post.end(8000).then(() => (state.over = true));
      return state;
    };

    it('tries at once what waits for its next attempt, and what waits behind it, once each and in order', async () => {
      const [one, two] = [flaky(1), flaky(3)];
      const post = messenger([one, two]);
      post.tell(note('down', 'urgent'));
      post.tell(note('up'));
      await time.pass(1000);
      const state = ends(post);
      await time.pass(0);
      expect(state.over).toBe(true);
      expect([titles(one), titles(two)]).toEqual([['down', 'up'], []]);
      expect(log.slice(2)).toEqual([
        'message "down" by ntfy: ntfy answers 503; given up',
        'message "up" by ntfy: ntfy answers 503; given up',
      ]);
    });

    it('waits for what is on its way', async () => {
      const sent: string[] = [];
      const slow: Sender = {
        name: 'email',
        send: async ({ title }) => {
          await time.sleep(3000);
          sent.push(title);
        },
      };
      const post = messenger([slow]);
      post.tell(note('home is up'));
      await time.pass(1000);
      const state = ends(post);
      await time.pass(1999);
      expect(state.over).toBe(false);
      await time.pass(1);
      expect([state.over, sent]).toEqual([true, ['home is up']]);
    });

    it('takes no longer than it may, and says what was not sent', async () => {
      const sender = flaky(0);
      const hangs: Sender = { name: 'email', send: () => new Promise(() => undefined) };
      const post = messenger([hangs, sender]);
      post.tell(note('home is up'));
      const state = ends(post);
      await time.pass(7999);
      expect(state.over).toBe(false);
      await time.pass(1);
      expect([state.over, titles(sender)]).toEqual([true, ['home is up']]);
      expect(log).toEqual(['message "home is up" by email: no answer within the time there was; given up']);
    });

    it('sends the digest of the quiet hours, and keeps nothing more', async () => {
      const sender = flaky(0);
      const post = messenger([sender], { from: '00:00', to: '23:59', timeZone: 'UTC' });
      post.tell(note('fra is up'));
      post.tell(note('home is up'));
      ends(post);
      post.tell(note('all are up'));
      await time.pass(0);
      expect(titles(sender)).toEqual(['2 messages from the quiet hours', 'all are up']);
    });

    it('is over at once when nothing waits', async () => {
      const state = ends(messenger([flaky(0)]));
      await time.pass(0);
      expect(state.over).toBe(true);
    });
  });
});

import { poolOf } from '../watchdog/simulation.fixture';
import type { WatchdogEvent } from '../watchdog/events';
import { eventMessage } from './event-message';

const pool = poolOf({ home: 2, fra: 1 });
const at = Date.UTC(2026, 10, 27, 21, 4, 20);
const since = at - 15_000;
const say = (event: WatchdogEvent) => eventMessage(event, pool, 'fra', 'Europe/Berlin');

describe('eventMessage', () => {
  it('says what, where, since when, and what was done: a whole site', () => {
    const removed = ['home/n1', 'home/n2'].map((edge) => ({ edge, since, why: 'no answer within 2000 ms' }));
    const event = { kind: 'changed' as const, at, added: [], removed, forgotten: [], remaining: ['fra/n1'] };
    expect(say(event)).toEqual({
      title: 'home is down',
      urgency: 'urgent',
      at,
      text: [
        'home/n1: down since 27 Nov 2026, 22:04:05, no answer within 2000 ms',
        'home/n2: down since 27 Nov 2026, 22:04:05, no answer within 2000 ms',
        'Their DNS records were removed.',
        'shop.example.com now leads to fra/n1.',
        '(watchdog of fra, 27 Nov 2026, 22:04:20 Europe/Berlin)',
      ].join('\n'),
    });
  });

  it('names one edge of several, and edges of several sites', () => {
    const edge = (id: string) => ({ edge: id, since });
    const changed = { kind: 'changed' as const, at, removed: [], forgotten: [], remaining: [] };
    expect(say({ ...changed, added: [edge('home/n2')] })).toMatchObject({
      title: 'home/n2 is up',
      urgency: 'normal',
    });
    expect(say({ ...changed, added: [edge('home/n2'), edge('fra/n1')] }).title).toBe('home/n2, fra are up');
  });

  it('says what was left as it is, and why', () => {
    const edges = [{ edge: 'fra/n1', since }];
    expect(say({ kind: 'kept', at, all: false, edges })).toMatchObject({
      title: 'fra is down, records kept',
      urgency: 'urgent',
    });
    expect(say({ kind: 'kept', at, all: true, edges }).title).toBe('shop.example.com: no edge answers');
  });

  it('says which report record is not ours any more, and what to do about it', () => {
    const record = 'TXT _evenkeel.shop.example.com "evenkeel watchdog fra"';
    expect(say({ kind: 'report-blocked', at, record })).toEqual({
      title: "The watchdog of fra can't report",
      urgency: 'normal',
      at,
      text: [
        record,
        'It is there without the comment that marks it as ours, so it was left alone.',
        "Delete it in Cloudflare's dashboard (DNS, Records), or give it the comment `evenkeel report`.",
        'The watchdog of fra goes on within two minutes. Until then it changes no record, and the others do without it.',
        '(watchdog of fra, 27 Nov 2026, 22:04:20 Europe/Berlin)',
      ].join('\n'),
    });
  });

  it.each<[WatchdogEvent, string]>([
    [{ kind: 'kept-over', at, since }, 'shop.example.com: edges answer again'],
    [{ kind: 'api-down', at, since, why: 'status 500' }, "Cloudflare's API can't be used"],
    [{ kind: 'api-up', at, since }, "Cloudflare's API answers again"],
    [
      { kind: 'blocked', at, records: ['shop.example.com 203.0.113.1'] },
      "Somebody else's DNS records are in the way",
    ],
  ])('has words for %j', (event, title) => {
    expect(say(event)).toMatchObject({ title, urgency: 'normal' });
  });
});

import type { EdgeNews, WatchdogEvent } from '../watchdog/events';
import type { Pool } from '../watchdog/pool';
import type { Message } from './message';

/** What happened, for people: what, where, since when, and what was done. */
export function eventMessage(event: WatchdogEvent, pool: Pool, by: string, timeZone = 'UTC'): Message {
  const clock = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    dateStyle: 'medium',
    timeStyle: 'medium',
  });
  const names = pool.hostnames.join(', ');
  const signed = (lines: string[]) =>
    [...lines, `(watchdog of ${by}, ${clock.format(event.at)} ${timeZone})`].join('\n');
  const listed = (edges: readonly EdgeNews[], word: string) =>
    edges.map(({ edge, since, why }) =>
      [`${edge}: ${word} since ${clock.format(since)}`, ...(why && word === 'down' ? [why] : [])].join(', '),
    );
  const message = (title: string, urgency: Message['urgency'], lines: string[]): Message => ({
    title,
    text: signed(lines),
    urgency,
    at: event.at,
  });
  switch (event.kind) {
    case 'changed': {
      const { added, removed, forgotten, remaining } = event;
      const left = `${names} now lead${pool.hostnames.length === 1 ? 's' : ''} to ${remaining.join(', ') || 'no edge'}.`;
      if (removed.length > 0)
        return message(`${places(pool, removed)} down`, 'urgent', [
          ...listed(removed, 'down'),
          'Their DNS records were removed.',
          left,
        ]);
      if (added.length > 0)
        return message(`${places(pool, added)} up`, 'normal', [
          ...listed(added, 'up'),
          'Their DNS records were added.',
          left,
        ]);
      return message('Old addresses removed', 'normal', [
        `${forgotten.join(', ')}: no edge has it any more.`,
        left,
      ]);
    }
    case 'kept':
      return message(
        event.all ? `${names}: no edge answers` : `${places(pool, event.edges)} down, records kept`,
        'urgent',
        [
          ...listed(event.edges, 'down'),
          event.all
            ? 'Nothing was changed: the last records are never removed, and this watchdog may be cut off itself.'
            : 'Their DNS records stay, since there is no other record of their kind to keep.',
        ],
      );
    case 'kept-over':
      return message(`${names}: edges answer again`, 'normal', [`It began ${clock.format(event.since)}.`]);
    case 'api-down':
      return message("Cloudflare's API can't be used", 'normal', [
        `Since ${clock.format(event.since)}: ${event.why}`,
        'DNS stays as it is, and a site that fails now keeps its records.',
      ]);
    case 'api-up':
      return message("Cloudflare's API answers again", 'normal', [
        `It did not since ${clock.format(event.since)}.`,
      ]);
    case 'blocked':
      return message("Somebody else's DNS records are in the way", 'normal', [
        ...event.records,
        'They were left alone. Remove them, or give them the comment `evenkeel pool`, when the watchdog is to own them.',
      ]);
    case 'report-blocked':
      return message(`The watchdog of ${by} can't report`, 'normal', [
        event.record,
        'It is there without the comment that marks it as ours, so it was left alone.',
        "Delete it in Cloudflare's dashboard (DNS, Records), or give it the comment `evenkeel report`.",
        `The watchdog of ${by} goes on within two minutes. Until then it changes no record, and the others do without it.`,
      ]);
  }
}

/** `home` when all its edges are meant, `home/pi1` for one of several. */
function places(pool: Pool, edges: readonly EdgeNews[]): string {
  const ids = new Set(edges.map(({ edge }) => edge));
  const words = [...new Set(pool.edges.map(({ site }) => site))].flatMap((site) => {
    const all = pool.edges.filter((edge) => edge.site === site);
    const hit = all.filter(({ id }) => ids.has(id)).map(({ id }) => id);
    return hit.length === 0 ? [] : hit.length === all.length ? [site] : hit;
  });
  return `${words.join(', ')} ${words.length === 1 ? 'is' : 'are'}`;
}

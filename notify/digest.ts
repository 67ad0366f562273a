import type { Message } from './message';

/** What was kept in quiet hours, as one message. One message alone stays as it is. */
export function digest(messages: readonly Message[], timeZone = 'UTC'): Message {
  const [first] = messages;
  if (messages.length === 1) return first!;
  const time = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  return {
    title: `${messages.length} messages from the quiet hours`,
    text: messages.map(({ title, text, at }) => `${time.format(at)} ${title}\n${text}`).join('\n\n'),
    urgency: 'normal',
    at: messages.at(-1)!.at,
  };
}

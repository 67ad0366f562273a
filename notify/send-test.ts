import { type Destinations, sendersTo } from './senders';

/**
 * Sends a test message by each way, once, and says how each went.
 * @returns whether all went through; false also when there is none
 */
export async function sendTest(
  destinations: Destinations,
  hostnames: readonly string[],
  site: string,
  say: (line: string) => void,
): Promise<boolean> {
  const senders = sendersTo(destinations);
  if (senders.length === 0) say('evenkeel:messages names no way to send a message');
  const results = await Promise.all(
    senders.map(async (sender) => {
      try {
        await sender.send({
          title: `Test from ${site}`,
          text: `Messages about ${hostnames.join(', ')} will look like this. Nothing has happened.`,
          urgency: 'normal',
          at: Date.now(),
        });
        say(`${sender.name}: sent`);
        return true;
      } catch (error) {
        say(`${sender.name}: ${error instanceof Error ? error.message : 'failed'}`);
        return false;
      }
    }),
  );
  return results.length > 0 && results.every(Boolean);
}

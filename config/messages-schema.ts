import { z } from 'zod';
import { withRule } from './rule';
import * as value from './values';

const webAddress = value.text(
  (text) => URL.canParse(text) && /^https?:\/\/[^\s/?#]+$/.test(text),
  { allowed: 'http:// or https:// and a host, without a path', example: 'https://ntfy.example.com' },
  (text) => (URL.canParse(text) && /^https?:/.test(text) ? `Write \`${new URL(text).origin}\`.` : undefined),
);

const mailAddress = value.text((text) => /^[^\s@<>,;"]+@[^\s@<>,;"]+$/.test(text), {
  allowed: 'a mail address',
  example: 'me@example.com',
});

const timeOfDay = value.text((text) => /^([01]\d|2[0-3]):[0-5]\d$/.test(text), {
  allowed: 'a time of day as a text, from 00:00 to 23:59',
  example: "'22:00'",
  // YAML 1.1 reads 22:00 as a number to the base of 60.
  remedy: "Write it in quotes: '22:00'.",
});

const timeZone = value.text(isTimeZone, { allowed: "a time zone's name of IANA", example: 'Europe/Berlin' });

function isTimeZone(name: string): boolean {
  try {
    // Throws what it does not know.
    return name !== '' && new Intl.DateTimeFormat('en', { timeZone: name }) !== undefined;
  } catch {
    return false;
  }
}

const holds = (what: string) => `Name of the entry of evenkeel:secrets that holds ${what}.`;
const secret = (what: string) => value.secretName.describe(holds(what));
const optionalSecret = (what: string) => value.secretName.optional().describe(holds(what));

/** `evenkeel:messages`. */
export const messagesSchema = z
  .strictObject({
    ntfy: z
      .strictObject({
        server: webAddress.prefault('https://ntfy.sh').describe('Default: the public one.'),
        topic: secret('the topic, which on the public server is all that one needs to read along'),
        token: optionalSecret('the access token, where the server wants one'),
      })
      .optional()
      .describe('To the app ntfy (https://ntfy.sh).'),
    pushover: z
      .strictObject({
        server: webAddress.prefault('https://api.pushover.net').describe("Default: Pushover's own."),
        token: secret("the application's token"),
        user: secret('the key of the user or group'),
      })
      .optional()
      .describe('To the app Pushover.'),
    telegram: z
      .strictObject({
        server: webAddress.prefault('https://api.telegram.org').describe("Default: Telegram's own."),
        token: secret("the bot's token"),
        chat: value
          .text((text) => /^(-?\d{1,20}|@\w{5,32})$/.test(text), {
            allowed: "a chat's ID as a text, or @ and a channel's name",
            example: "'123456789'",
            remedy: "Write it in quotes: '123456789'.",
          })
          .describe('Who gets them.'),
      })
      .optional()
      .describe('By a bot of yours in Telegram.'),
    webhook: z
      .strictObject({ url: secret('the address, to which each message is sent as JSON') })
      .optional()
      .describe('To a program of yours.'),
    email: z
      .strictObject({
        server: value.hostname.describe('The mail server that takes it.'),
        port: value.port(1, 587).prefault(587).describe('Default: that of submission (RFC 6409).'),
        tls: withRule(z.boolean(), {
          allowed: 'true or false',
          remedy: 'Write true or false, without quotes.',
        })
          .prefault(false)
          .describe(
            'TLS from the first byte, as on port 465. Else STARTTLS, without which no password is sent.',
          ),
        user: value.line.optional().describe('Who logs in. Left out: nobody.'),
        password: optionalSecret("the user's password"),
        from: mailAddress.describe('From whom.'),
        to: value.listOf(mailAddress, 'mail address', '[me@example.com]').describe('To whom.'),
      })
      .optional()
      .describe('By mail.'),
    quietHours: z
      .strictObject({
        from: timeOfDay.describe('When they begin.'),
        to: timeOfDay.describe('When they end; before `from`, they go over midnight.'),
        timeZone: timeZone.describe("Whose clocks; also those of the messages' times."),
      })
      .optional()
      .describe(
        'When only what is urgent (a site is down) is sent; the rest comes afterwards, as one message.',
      ),
    heartbeat: z
      .strictObject({
        url: secret("the address that is asked for while all is well, for a dead man's switch elsewhere"),
        every: value
          .duration('30s', '1h', '1m')
          .prefault('1m')
          .describe('How often. Default: as such services expect it at the shortest.'),
      })
      .optional()
      .describe('So that silence is noticed. docs/messages.md.'),
  })
  .optional()
  .describe('Who is told when an edge, a site or the API goes or comes back. docs/messages.md.');

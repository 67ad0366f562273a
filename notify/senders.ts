import type { MessagesConfig } from '../config/site-config';
import { type Message, type Sender, shortened } from './message';
import { post } from './post';

/** Where messages go, as in the config, but with the secrets themselves in place of their names: never to be printed. */
export type Destinations = Omit<MessagesConfig, 'quietHours' | 'heartbeat'>;

/** A mail server and who gets mail through it. */
export type EmailDestination = NonNullable<Destinations['email']>;

/** Where the services themselves are. */
export const ntfyServer = 'https://ntfy.sh';
export const pushoverServer = 'https://api.pushover.net';
export const telegramServer = 'https://api.telegram.org';

/** One sender for each destination, in alphabetical order. */
export function sendersTo({ email, ntfy, pushover, telegram, webhook }: Destinations): Sender[] {
  return [
    ...(email ? [emailSender(email)] : []),
    ...(ntfy ? [ntfySender(ntfy)] : []),
    ...(pushover ? [pushoverSender(pushover)] : []),
    ...(telegram ? [telegramSender(telegram)] : []),
    ...(webhook ? [webhookSender(webhook)] : []),
  ];
}

/** docs.ntfy.sh/publish, "Publish as JSON": to the server's root, since a header can't hold every character. A message holds 4,096 bytes. */
function ntfySender({ server, topic, token }: NonNullable<Destinations['ntfy']>): Sender {
  return {
    name: 'ntfy',
    send: ({ title, text, urgency }) =>
      post(
        'ntfy',
        server,
        {
          topic,
          title: shortened(title, 250),
          message: shortened(text, 2000),
          priority: urgency === 'urgent' ? 5 : 3,
        },
        token === undefined ? {} : { authorization: `Bearer ${token}` },
      ),
  };
}

/** pushover.net/api: 250 characters of title, 1,024 of message; priority 1 goes through the phone's quiet hours. */
function pushoverSender({ server, token, user }: NonNullable<Destinations['pushover']>): Sender {
  return {
    name: 'pushover',
    send: ({ title, text, urgency }) =>
      post('pushover', `${server}/1/messages.json`, {
        token,
        user,
        title: shortened(title, 250),
        message: shortened(text, 1024),
        priority: urgency === 'urgent' ? 1 : 0,
      }),
  };
}

/** core.telegram.org/bots/api#sendmessage: 4,096 characters. */
function telegramSender({ server, token, chat }: NonNullable<Destinations['telegram']>): Sender {
  return {
    name: 'telegram',
    send: ({ title, text, urgency }) =>
      post('telegram', `${server}/bot${token}/sendMessage`, {
        chat_id: chat,
        text: shortened(`${title}\n${text}`, 4000),
        disable_notification: urgency !== 'urgent',
      }),
  };
}

/** The message as JSON, to whatever the user has. */
function webhookSender({ url }: NonNullable<Destinations['webhook']>): Sender {
  return {
    name: 'webhook',
    send: (message: Message) => post('webhook', url, { ...message, at: new Date(message.at).toISOString() }),
  };
}

function emailSender({ server, port, tls, user, password, from, to }: EmailDestination): Sender {
  return {
    name: 'email',
    send: async ({ title, text, urgency }) => {
      // Loaded by whoever sends mail: the others save its memory.
      const { createTransport } = await import('nodemailer');
      const transport = createTransport({
        host: server,
        port,
        secure: tls,
        requireTLS: !tls && password !== undefined,
        ...(user === undefined ? {} : { auth: { user, pass: password } }),
        connectionTimeout: 10_000,
        greetingTimeout: 10_000,
        socketTimeout: 20_000,
      });
      try {
        const priority = urgency === 'urgent' ? 'high' : 'normal';
        await transport.sendMail({ from, to, subject: title, text, priority });
      } catch (error) {
        // What a server says may repeat what it was told; its code does not.
        const { code, responseCode } = error as { code?: string; responseCode?: number };
        throw new Error(
          `the mail server can't be used: ${[code, responseCode].filter(Boolean).join(' ') || 'unknown'}`,
          {
            cause: undefined,
          },
        );
      } finally {
        transport.close();
      }
    },
  };
}

import type { MessagesConfig } from '../config/site-config';
import type { Destinations } from './senders';

/** Where messages go, with the secrets in the place of their names. */
export function destinationsOf(messages: MessagesConfig, contentOf: (name: string) => string): Destinations {
  const { ntfy, pushover, telegram, webhook, email } = messages;
  const optional = (name: string | undefined) => (name === undefined ? undefined : contentOf(name));
  return {
    ...(ntfy && { ntfy: { ...ntfy, topic: contentOf(ntfy.topic), token: optional(ntfy.token) } }),
    ...(pushover && {
      pushover: { ...pushover, token: contentOf(pushover.token), user: contentOf(pushover.user) },
    }),
    ...(telegram && { telegram: { ...telegram, token: contentOf(telegram.token) } }),
    ...(webhook && { webhook: { url: contentOf(webhook.url) } }),
    ...(email && { email: { ...email, password: optional(email.password) } }),
  };
}

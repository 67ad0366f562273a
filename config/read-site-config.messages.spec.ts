import { readSiteConfig } from './read-site-config';
import { itRefuses, stackWith } from './stack.fixture';

const secretNames = ['ntfy-topic', 'mail-password'];
const email = { server: 'smtp.example.com', from: 'evenkeel@example.com', to: ['me@example.com'] };
const night = { from: '22:00', to: '07:00', timeZone: 'Europe/Berlin' };

describe('readSiteConfig: messages', () => {
  it('is without them by default, and fills in what is left out', () => {
    expect(readSiteConfig(stackWith({}))).not.toHaveProperty('messages');
    const messages = { ntfy: { topic: 'ntfy-topic' }, email, quietHours: night };
    expect(readSiteConfig(stackWith({ secretNames, messages })).messages).toEqual({
      ntfy: { server: 'https://ntfy.sh', topic: 'ntfy-topic' },
      email: { ...email, port: 587, tls: false },
      quietHours: night,
    });
  });

  itRefuses([
    {
      rule: 'a secret that is not there',
      edits: { secretNames, messages: { ntfy: { topic: 'ntfy-topics' } } },
      key: 'evenkeel:messages.ntfy.topic',
      value: 'ntfy-topics',
      allowed: 'the name of an entry of evenkeel:secrets: ntfy-topic, mail-password',
      remedy: 'Did you mean `ntfy-topic`?',
    },
    {
      rule: 'a secret where there is none',
      edits: { messages: { webhook: { url: 'hook' } } },
      key: 'evenkeel:messages.webhook.url',
      value: 'hook',
      allowed: 'the name of an entry of evenkeel:secrets (there is none yet)',
      remedy: "Add it: `pulumi config set --secret --path 'evenkeel:secrets.hook'`.",
    },
    {
      rule: 'a password without a user',
      edits: { secretNames, messages: { email: { ...email, password: 'mail-password' } } },
      key: 'evenkeel:messages.email.user',
      value: undefined,
      allowed: 'user and password, or neither',
      remedy: 'Add user, or remove password.',
    },
    {
      rule: 'a server with a path',
      edits: { secretNames, messages: { ntfy: { server: 'https://ntfy.sh/shop', topic: 'ntfy-topic' } } },
      key: 'evenkeel:messages.ntfy.server',
      value: 'https://ntfy.sh/shop',
      allowed: 'http:// or https:// and a host, without a path',
      remedy: 'Write `https://ntfy.sh`.',
    },
    {
      rule: 'a time of day that YAML took for a number',
      edits: { messages: { quietHours: { ...night, from: 1320 } } },
      key: 'evenkeel:messages.quietHours.from',
      value: 1320,
      allowed: 'a time of day as a text, from 00:00 to 23:59',
      remedy: "Write it in quotes: '22:00'.",
    },
    {
      rule: 'a time zone that nobody knows',
      edits: { messages: { quietHours: { ...night, timeZone: 'Berlin' } } },
      key: 'evenkeel:messages.quietHours.timeZone',
      value: 'Berlin',
      allowed: "a time zone's name of IANA",
      remedy: 'Write for example `Europe/Berlin`.',
    },
    {
      rule: 'a chat as a number',
      edits: { secretNames, messages: { telegram: { token: 'ntfy-topic', chat: 42 } } },
      key: 'evenkeel:messages.telegram.chat',
      value: 42,
      allowed: "a chat's ID as a text, or @ and a channel's name",
      remedy: "Write it in quotes: '123456789'.",
    },
  ]);
});

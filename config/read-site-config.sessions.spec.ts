import { readSiteConfig } from './read-site-config';
import { BLOG, type Edits, itRefuses, stackWith } from './stack.fixture';

const blogBeside: Edits = {
  ...BLOG,
  'services/1/hostnames': ['blog.example.com', 'shop.example.com'],
  'services/1/paths': ['/blog'],
  'services/0/sessions': {},
};

describe('readSiteConfig: sessions', () => {
  it('has none by default, else a cookie’s name and moves', () => {
    const sessions = (edits: Edits) => readSiteConfig(stackWith(edits)).services[0]!.sessions;
    expect(sessions({})).toBeUndefined();
    expect(sessions({ 'services/0/sessions': {} })).toStrictEqual({
      cookie: 'evenkeel-session',
      onSwitch: 'move',
    });
  });

  it('takes the same cookie for services without a hostname in common', () => {
    const { services } = readSiteConfig(
      stackWith({ ...BLOG, 'services/0/sessions': {}, 'services/1/sessions': { onSwitch: 'finish' } }),
    );
    expect(services.map(({ sessions }) => sessions?.cookie)).toEqual([
      'evenkeel-session',
      'evenkeel-session',
    ]);
  });

  itRefuses([
    ...[
      ['evenkeel-session', 'evenkeel-session-2'],
      ['evenkeel-session-slot', 'evenkeel-session-slot-2'],
    ].map(([cookie, instead]) => ({
      rule: `the cookie of another service on the same hostname: ${cookie}`,
      edits: { ...blogBeside, 'services/1/sessions': { cookie } },
      key: 'evenkeel:services[1].sessions.cookie',
      value: cookie,
      allowed:
        'a cookie that no other service on the same hostname has (evenkeel:services[0].sessions.cookie has this one)',
      remedy: `Write for example \`${instead}\`.`,
    })),
    ...['my session', 'evenkeel-canary', 'evenkeel-token', '', 'x'.repeat(60), 'a=b', '__Host-s'].map(
      (cookie) => ({
        rule: `a cookie with the name "${cookie}"`,
        edits: { 'services/0/sessions': { cookie } },
        key: 'evenkeel:services[0].sessions.cookie',
        value: cookie,
        allowed:
          "a cookie's name: letters, digits, '_', '.' and '-', at most 59 characters, not evenkeel-canary or evenkeel-token",
        remedy: 'Write for example `evenkeel-session`.',
      }),
    ),
    {
      rule: 'sessions that do something else',
      edits: { 'services/0/sessions': { onSwitch: 'finnish' } },
      key: 'evenkeel:services[0].sessions.onSwitch',
      value: 'finnish',
      allowed: 'move or finish',
      remedy: 'Did you mean `finish`?',
    },
  ]);
});

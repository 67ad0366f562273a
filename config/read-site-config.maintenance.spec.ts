import { readSiteConfig } from './read-site-config';
import { itRefuses, mistakesWith, stackWith } from './stack.fixture';

describe('readSiteConfig: maintenance', () => {
  it('takes a page in several lines, and addresses and networks of who gets through', () => {
    const page = '<!doctype html>\n<p>Zurück um 17 Uhr: 5 € &amp; "frisch" #1</p>\n';
    const allow = ['192.168.1.0/24', '2001:db8::7'];
    const stack = stackWith({ 'services/0/maintenance': { page, retryAfter: '10m', allow } });
    expect(readSiteConfig(stack).services[0]!.maintenance).toStrictEqual({
      page,
      retryAfter: 600_000,
      allow,
    });
  });

  it('refuses a page that does not fit into an answer of HAProxy’s, with its size', () => {
    const mistakes = mistakesWith({ 'services/0/maintenance': { page: '€'.repeat(2731) } });
    expect(mistakes.map(({ key, remedy }) => ({ key, remedy }))).toEqual([
      {
        key: 'evenkeel:services[0].maintenance.page',
        remedy: 'Shorten it: it has 8193 bytes. Pictures and styles can be elsewhere.',
      },
    ]);
  });

  itRefuses([
    {
      rule: 'an empty page for a maintenance',
      edits: { 'services/0/maintenance': { page: '\n' } },
      key: 'evenkeel:services[0].maintenance.page',
      value: '\n',
      allowed: 'HTML, not empty, at most 8192 bytes, without control characters but tabs and line ends',
      remedy: 'Write for example `<h1>Back soon</h1>`.',
    },
    {
      rule: 'a time after which nobody would come back',
      edits: { 'services/0/maintenance': { retryAfter: '25h' } },
      key: 'evenkeel:services[0].maintenance.retryAfter',
      value: '25h',
      allowed: 'a whole number with its unit (ms, s, m or h), from 1s to 24h',
      remedy: 'Write for example `5m`.',
    },
    {
      rule: 'an allowed client without address',
      edits: { 'services/0/maintenance': { allow: ['192.168.1.0/24', 'office.example.com'] } },
      key: 'evenkeel:services[0].maintenance.allow[1]',
      value: 'office.example.com',
      allowed: 'an IPv4 or IPv6 address, or a network as <address>/<bits>',
      remedy: 'Write for example `192.168.1.0/24`.',
    },
  ]);
});

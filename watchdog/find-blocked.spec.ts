import type { DnsRecord } from './dns-api';
import { findBlocked, findForeignReport, lastForeignFence } from './find-blocked';
import { poolOf } from './simulation.fixture';

const record = (type: string, name: string, content: string, comment = ''): DnsRecord => ({
  id: `${type} ${name} ${content}`,
  type,
  name,
  content,
  comment,
  ttl: 60,
  proxied: false,
});

describe('findBlocked', () => {
  const pool = poolOf({ home: 2 }, ['shop.example.com', 'blog.example.com']);

  it('finds what others have in the place of ours, and nothing else that they have', () => {
    const records = [
      record('A', 'shop.example.com', '203.0.113.1', 'by hand'),
      record('A', 'shop.example.com', '203.0.113.2', 'evenkeel pool home/n2'),
      record('A', 'shop.example.com', '198.51.100.9', 'by hand'),
      record('MX', 'shop.example.com', 'mail.example.com'),
    ];
    expect([...findBlocked(pool, records)]).toEqual(['shop.example.com 203.0.113.1']);
  });

  it('takes what a hand marked as the message says for ours', () => {
    const records = [record('A', 'shop.example.com', '203.0.113.1', 'evenkeel pool')];
    expect([...findBlocked(pool, records)]).toEqual([]);
  });

  it('finds that a CNAME leaves no room for any address under its name', () => {
    expect([...findBlocked(pool, [record('CNAME', 'blog.example.com', 'elsewhere.example.org')])]).toEqual([
      'blog.example.com 203.0.113.1',
      'blog.example.com 203.0.113.2',
    ]);
  });
});

const control = (text: string, comment: string) =>
  record('TXT', '_evenkeel.shop.example.com', `"${text}"`, comment);

describe('findForeignReport', () => {
  const pool = poolOf({ home: 2 });

  it('finds the record in the place of a site’s report that is not marked as ours', () => {
    const stripped = control('evenkeel watchdog home', 'mine');
    expect(findForeignReport(pool, 'home', [stripped])).toBe(stripped);
    expect(findForeignReport(pool, 'fra', [stripped])).toBeUndefined();
    const marked = control('evenkeel watchdog home', 'evenkeel whatever');
    const elsewhere = { ...stripped, name: 'shop.example.com' };
    expect(findForeignReport(pool, 'home', [marked, elsewhere])).toBeUndefined();
  });
});

describe('lastForeignFence', () => {
  const pool = poolOf({ home: 2 });

  it('is the highest number that a record of somebody else has', () => {
    const ours = control('evenkeel fence 12', 'evenkeel fence p=abcdef t=0 l=00');
    expect(lastForeignFence(pool, [ours])).toBe(-1);
    const stripped = [3, 9].map((number) => control(`evenkeel fence ${number}`, ''));
    expect(lastForeignFence(pool, [...stripped, ours])).toBe(9);
  });
});

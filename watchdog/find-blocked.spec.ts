import type { DnsRecord } from './dns-api';
import { findBlocked } from './find-blocked';
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

  it('finds that a CNAME leaves no room for any address under its name', () => {
    expect([...findBlocked(pool, [record('CNAME', 'blog.example.com', 'elsewhere.example.org')])]).toEqual([
      'blog.example.com 203.0.113.1',
      'blog.example.com 203.0.113.2',
    ]);
  });
});

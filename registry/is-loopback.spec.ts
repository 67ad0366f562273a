import { isLoopback } from './is-loopback';

describe('isLoopback', () => {
  it.each(['localhost', '127.0.0.1', '127.255.0.9'])('takes %s for this machine', (host) => {
    expect(isLoopback(host)).toBe(true);
  });

  it.each([
    '127.example.com',
    '127.0.0.1.example.com',
    'localhost.example.com',
    '0.0.0.0',
    '10.0.0.127',
    '128.0.0.1',
  ])('takes %s for another machine', (host) => {
    expect(isLoopback(host)).toBe(false);
  });
});

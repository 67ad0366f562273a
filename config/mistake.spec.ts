import { mistake } from './mistake';

const messageOf = (value: unknown) => mistake(['nodes', 0, 'name'], value, 'a name', 'Write one.').message;

describe('mistake', () => {
  it('says in one line where, what, what is allowed and what to do', () => {
    expect(messageOf('Pi 1')).toBe('evenkeel:nodes[0].name: got "Pi 1"; allowed: a name. Write one.');
  });

  it('tells nothing from null', () => {
    expect(messageOf(undefined)).toBe('evenkeel:nodes[0].name: got nothing; allowed: a name. Write one.');
    expect(messageOf(null)).toBe('evenkeel:nodes[0].name: got nothing (null); allowed: a name. Write one.');
  });

  it('stays in one line, and cuts a long value', () => {
    expect(messageOf('a\nb')).toContain('got "a\\nb";');
    expect(messageOf('x'.repeat(500))).toContain(`got "${'x'.repeat(119)}…;`);
  });

  it('keeps a private key to itself, however deep', () => {
    const found = mistake(
      ['ssh'],
      { path: ['-----BEGIN OPENSSH PRIVATE KEY-----\nb3Blbn'] },
      'a path',
      'Write it.',
    );
    expect(JSON.stringify(found)).not.toContain('b3Blbn');
    expect(found.value).toBe('(a private key, not shown)');
  });
});

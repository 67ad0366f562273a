import { slotSecretName } from './slot-secret';

const name = slotSecretName('shop', 'blue', 'db-password', 'correct horse battery staple');

describe('slotSecretName', () => {
  it('has the name of the secret, and 12 hex digits for service, slot and content', () => {
    expect(name).toMatch(/^db-password-[0-9a-f]{12}$/);
  });

  it('is the same for the same content', () => {
    expect(slotSecretName('shop', 'blue', 'db-password', 'correct horse battery staple')).toBe(name);
  });

  it('is another for another content: a Swarm secret can’t be changed', () => {
    expect(slotSecretName('shop', 'blue', 'db-password', 'correct horse battery stable')).not.toBe(name);
  });

  it('has other digits in another slot and under another name, so that nobody sees which secrets are equal', () => {
    const digits = [
      name,
      slotSecretName('shop', 'green', 'db-password', 'correct horse battery staple'),
      slotSecretName('shop', 'blue', 'db-password2', 'correct horse battery staple'),
      slotSecretName('blog', 'blue', 'db-password', 'correct horse battery staple'),
    ].map((each) => each.slice(-12));
    expect(new Set(digits).size).toBe(4);
  });

  it('fits Docker’s 64 characters even where all names are as long as config allows', () => {
    const longest = slotSecretName('s'.repeat(57), 'green', 'x'.repeat(40), 'content');
    expect(longest.length).toBeLessThanOrEqual(64);
  });
});

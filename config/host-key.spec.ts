import { isHostKey } from './host-key';

/** Fields of SSH's wire format: a length of 4 bytes before each. */
function blob(...fields: (string | number)[]): string {
  const parts = fields.flatMap((field) => {
    const body = typeof field === 'string' ? Buffer.from(field) : Buffer.alloc(field, 7);
    const length = Buffer.alloc(4);
    length.writeUInt32BE(body.length);
    return [length, body];
  });
  return Buffer.concat(parts).toString('base64');
}

const ED25519 = blob('ssh-ed25519', 32);

describe('isHostKey', () => {
  it.each([
    ['ssh-ed25519', ED25519],
    ['ecdsa-sha2-nistp256', blob('ecdsa-sha2-nistp256', 'nistp256', 65)],
    ['ssh-rsa', blob('ssh-rsa', 3, 257)],
  ])('accepts a key of the type %s', (type, base64) => {
    expect(isHostKey(`${type} ${base64}`)).toBe(true);
  });

  it.each([
    ['nothing', ''],
    ['a type alone', 'ssh-ed25519'],
    ['a key alone', ED25519],
    ['a key with a comment', `ssh-ed25519 ${ED25519} root@pi1`],
    ['a line of known_hosts', `192.168.1.11 ssh-ed25519 ${ED25519}`],
    ['a type other than the one inside', `ssh-rsa ${ED25519}`],
    ['a type that OpenSSH no longer makes', `ssh-dss ${blob('ssh-dss', 128)}`],
    ['a key that was cut off', `ssh-ed25519 ${ED25519.slice(0, -4)}`],
    ['a key with bytes behind it', `ssh-ed25519 ${ED25519}AAAA`],
    ['a type without a key', `ssh-ed25519 ${blob('ssh-ed25519')}`],
    ['no base64', `ssh-ed25519 ${ED25519.slice(0, -1)}!`],
  ])('refuses %s', (_, text) => {
    expect(isHostKey(text)).toBe(false);
  });
});

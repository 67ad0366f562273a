import { secretSign } from './secret-sign';

describe('secretSign', () => {
  it.each([
    ['DB_PASSWORD', 'password'],
    ['dbPassword', 'password'],
    ['Db.Passwd', 'passwd'],
    ['SSH_PASSPHRASE', 'passphrase'],
    ['PGPASSWORD', 'pgpassword'],
    ['SMTP_PASS', 'pass'],
    ['MYSQL_PWD', 'pwd'],
    ['SECRET', 'secret'],
    ['AWS_SECRET_ACCESS_KEY', 'secret'],
    ['API_TOKEN', 'token'],
    ['APIKEY', 'apikey'],
    ['API_KEY', 'api key'],
    ['mailAPIKey', 'api key'],
    ['TLS_PRIVATE_KEY', 'private key'],
    ['signing-keys', 'signing keys'],
    ['app.credentials', 'credentials'],
    ['SECRET_ID', 'secret'],
    ['PASSWORD_FILE', 'password'],
  ])('calls %s a secret by its name', (key, word) => {
    expect(secretSign(key, 'hunter2')).toBe(`its name says "${word}"`);
  });

  it.each([
    ['a word that only begins like one', 'TOKENIZER', 'bpe'],
    ['a word that only ends like one', 'NONSECRET', 'hunter2'],
    ['a public key', 'PUBLIC_KEY', 'hunter2'],
    ["an access key's ID", 'ACCESS_KEY_ID', 'hunter2'],
    ['the working directory', 'PWD', '/srv'],
    ['a first word that is none alone', 'PASS_THROUGH', 'yes'],
    ['what is only about a secret', 'TOKEN_TTL', '3600'],
    ['where a secret is fetched', 'TOKEN_ENDPOINT', 'https://id.example.com/token'],
    ['an empty value', 'DB_PASSWORD', ''],
    ['a mounted secret', 'DB_PASSWORD', '/run/secrets/shop-db.password'],
    ['a URL with a user alone', 'REPO', 'ssh://git@example.com/shop'],
    ['a URL with a port', 'UPSTREAM', 'http://example.com:8080/a@b:c'],
    ['a public key in PEM', 'CERT', '-----BEGIN PUBLIC KEY-----'],
    ['a short word that begins like a token', 'NAME', 'ghp_shop'],
    ['three parts with dots', 'VERSION', 'eyJ.eyJ.1'],
    ['an image', 'IMAGE', `shop:1.4.2@sha256:${'a'.repeat(64)}`],
  ])('passes %s', (_, key, value) => {
    expect(secretSign(key, value)).toBeUndefined();
  });

  it.each([
    ['a path elsewhere', '/etc/shop/password'],
    ['a path that only begins alike', '/run/secrets-of-mine/password'],
    ['a path that climbs out', '/run/secrets/../../etc/password'],
    ['the folder itself', '/run/secrets/'],
    ['a folder of dots', '/run/secrets/..'],
    ['text behind a path', '/run/secrets/db hunter2'],
  ])('does not take %s for a mounted secret', (_, value) => {
    expect(secretSign('DB_PASSWORD', value)).toBe('its name says "password"');
  });

  // Put together here, so that no scanner takes this file for a leak.
  const letters = 'aB3'.repeat(20);
  it.each([
    ['a private key (PEM)', ['-----BEGIN', 'PRIVATE KEY-----'].join(' ')],
    ['a private key (PEM)', `first line\n${['-----BEGIN', 'OPENSSH', 'PRIVATE KEY-----'].join(' ')}\nb3Blbn`],
    ['a private key (PEM)', ['-----BEGIN', 'PGP', 'PRIVATE KEY BLOCK-----'].join(' ')],
    ['an AWS access key', `AKIA${'Q7'.repeat(8)}`],
    ['an AWS access key', `key=ASIA${'Q7'.repeat(8)};`],
    ['a GitHub token', `ghp_${letters.slice(0, 36)}`],
    ['a GitHub token', `gho_${letters.slice(0, 36)}`],
    ['a GitHub token', `github_pat_${letters.slice(0, 22)}_${letters}`],
    ['a Slack token', `xoxb-${'1234567890'}-${letters}`],
    ['a JSON Web Token', `Bearer eyJ${letters}.eyJ${letters}.${letters}`],
    ['a Swarm join token', `SWMTKN-1-${'3pu6hszjas19xyp7ghgosyx9k8'}-1z2`],
    ['a URL with a password in it', 'postgres://shop:hunter2@db.example.com/shop'],
    ['a URL with a password in it', 'use redis://:hunter2@cache:6379 please'],
    ['a URL with a password in it', 'HTTPS://a:b@example.com'],
  ])('knows %s by its form, whatever the name says', (form, value) => {
    expect(secretSign('PLAIN', value)).toBe(`it has the form of ${form}`);
    expect(secretSign('TOKEN_TTL', value)).toBe(`it has the form of ${form}`);
  });
});

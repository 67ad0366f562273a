/**
 * Why a value under this key seems to be a secret, in words that don't repeat it; undefined when nothing says so.
 *
 * The name counts by whole words (`DB_PASSWORD`, `apiKey`), unless its last word shows that the value only speaks about
 * a secret (`TOKEN_TTL`), or the value is empty or a path under /run/secrets. The form of the value counts always.
 */
export function secretSign(key: string, value: string): string | undefined {
  const form = forms.find(({ pattern }) => pattern.test(value));
  if (form) return `it has the form of ${form.name}`;
  if (value === '' || mountedSecret.test(value)) return undefined;
  const word = secretWord(wordsOf(key));
  return word && `its name says "${word}"`;
}

/** Where Swarm mounts a service's secrets; a path there is no secret. */
const mountedSecret = /^\/run\/secrets\/[\w.-]*\w[\w.-]*$/;

/** What a secret looks like. Every part is anchored or bounded, so a label of 100 KiB is searched in linear time. */
const forms: readonly { readonly name: string; readonly pattern: RegExp }[] = [
  { name: 'a private key (PEM)', pattern: /-----BEGIN (?:[A-Z0-9]{1,20} ){0,2}PRIVATE KEY(?: BLOCK)?-----/ },
  { name: 'an AWS access key', pattern: /\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/ },
  { name: 'a GitHub token', pattern: /\b(?:gh[pousr]_[A-Za-z0-9]{36}|github_pat_[A-Za-z0-9_]{22})/ },
  { name: 'a Slack token', pattern: /\bxox[abeoprs]-[A-Za-z0-9-]{10}/ },
  { name: 'a JSON Web Token', pattern: /\beyJ[\w-]{10,2000}\.eyJ[\w-]{10,8000}\.[\w-]/ },
  { name: 'a Swarm join token', pattern: /\bSWMTKN-1-[0-9a-z]{25}/ },
  {
    name: 'a URL with a password in it',
    pattern: /\b[a-z][a-z0-9+.-]{1,20}:\/\/[^\s/?#:@]{0,256}:[^\s/?#@]{1,256}@/i,
  },
];

/** Words that name a secret. `pgpassword` is the variable of PostgreSQL's client library. */
const secretWords = new Set(
  'password passwords passwd passphrase pgpassword secret secrets token tokens apikey apikeys credential credentials privatekey'.split(
    ' ',
  ),
);
/** Words that name a secret when another word stands before them: DB_PASS and MYSQL_PWD do, PWD alone is a folder. */
const lastWords = new Set(['pass', 'pwd']);
/** Words that, with `key` behind them, name a secret. An access key's ID is none. */
const keyWords = new Set(['api', 'private', 'access', 'signing', 'encryption']);
/** Last words which say that the value is about a secret and not the secret. */
const describingWords = new Set(
  'url uri endpoint host name header type algorithm issuer audience ttl lifetime expiry expires timeout interval length limit size enabled required version'.split(
    ' ',
  ),
);

/** The word or words of a name that call it a secret; undefined when none do. */
function secretWord(words: readonly string[]): string | undefined {
  const last = words.at(-1) ?? '';
  if (describingWords.has(last)) return undefined;
  for (const [index, word] of words.entries()) {
    if (secretWords.has(word)) return word;
    const next = words[index + 1];
    const isKey = next === 'key' || next === 'keys';
    if (keyWords.has(word) && isKey && words[index + 2] !== 'id') return `${word} ${next}`;
  }
  return words.length > 1 && lastWords.has(last) ? last : undefined;
}

/** `DB_PASSWORD`, `db.password` and `dbPassword` all become `db`, `password`. */
function wordsOf(name: string): string[] {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '');
}

import { isIP } from 'node:net';
import semver from 'semver';
import { z } from 'zod';
import { isDnsLabel, isDnsName } from './dns-name';
import { parseDuration } from './duration';
import { HOST_KEY_TYPES, isHostKey } from './host-key';
import { isDigest, isPinnedImage, isRepository } from './image-reference';
import { isNetwork } from './network';
import { isPage, PAGE_BYTES_MAX } from './page';
import { type Rule, withRule } from './rule';
import { parseSize } from './size';

/**
 * The kinds of value that a stack file has, each a zod schema with its rule in words. What a mistake says is
 * the rule's, never zod's, so the messages of zod are left alone.
 */

/** A text that `accepts` says yes to; `remedyFor` may know better than the rule what to do about a wrong one. */
export function text(
  accepts: (text: string) => boolean,
  rule: Rule,
  remedyFor?: (text: string) => string | undefined,
) {
  const schema = z.string().superRefine((value, context) => {
    if (accepts(value)) return;
    context.addIssue({ code: 'custom', params: { remedy: remedyFor?.(value) } });
  });
  return withRule(schema, rule);
}

/** Something like `2s`, as milliseconds; `from` and `to` are such texts too, and both allowed. */
export function duration(from: string, to: string, example: string) {
  return quantity(parseDuration, from, to, {
    allowed: `a whole number with its unit (ms, s, m or h), from ${from} to ${to}`,
    example,
  });
}

/** Something like `128MiB`, as bytes; `from` and `to` are such texts too, and both allowed. */
export function size(from: string, to: string) {
  return quantity(parseSize, from, to, {
    allowed: `a whole number with its unit (B, KiB, MiB, GiB or TiB), from ${from} to ${to}`,
    example: '512MiB',
  });
}

function quantity(parse: (text: string) => number | undefined, from: string, to: string, rule: Rule) {
  const [least, most] = [parse(from), parse(to)];
  if (least === undefined || most === undefined) throw new Error(`Not a quantity: ${from} or ${to}`);
  const schema = z.string().transform((value, context) => {
    const parsed = parse(value);
    if (parsed !== undefined && parsed >= least && parsed <= most) return parsed;
    context.addIssue({ code: 'custom' });
    return z.NEVER;
  });
  return withRule(schema, rule);
}

/** A whole number; both ends are allowed. */
export function integer(from: number, to: number, example = from) {
  const allowed =
    to === Number.MAX_SAFE_INTEGER
      ? `a whole number of ${from} or more`
      : `a whole number from ${from} to ${to}`;
  return withRule(z.number().int().min(from).max(to), { allowed, example: String(example) });
}

/** A number, fractions too; both ends are allowed. */
export function number(from: number, to: number) {
  return withRule(z.number().min(from).max(to), {
    allowed: `a number from ${from} to ${to}`,
    example: '0.5',
  });
}

/** A list of at least one. */
export function listOf<T extends z.ZodType>(item: T, things: string, example?: string) {
  return withRule(z.array(item).min(1), {
    allowed: `a list of at least one ${things}`,
    ...(example && { example }),
  });
}

/** An object with names of the user's own. */
export function mapOf<K extends z.core.$ZodRecordKey, V extends z.ZodType>(
  key: K,
  value: V,
  allowed: string,
) {
  return withRule(z.record(key, value), { allowed });
}

/** A name that DNS, Docker and HAProxy all take. `example` is one. */
export const dnsLabel = (example: string) =>
  text(isDnsLabel, {
    allowed: 'lower-case letters, digits and inner hyphens, at most 63 characters',
    example,
  });

/** The slot's suffix makes the name of a Swarm service, which must be a DNS label (63 characters) too. */
const SERVICE_NAME_LENGTH_MAX = 63 - '-green'.length;

export const serviceName = text(
  (name) => isDnsLabel(name) && name.length <= SERVICE_NAME_LENGTH_MAX && name !== 'evenkeel-edge',
  {
    allowed: `lower-case letters, digits and inner hyphens, at most ${SERVICE_NAME_LENGTH_MAX} characters, not evenkeel-edge`,
    example: 'shop',
  },
  (name) => (name === 'evenkeel-edge' ? 'Rename the service: the edges have this name.' : undefined),
);

export const hostname = text(
  isDnsName,
  {
    allowed: 'a DNS name in lower case, without wildcard, port or scheme',
    example: 'shop.example.com',
  },
  (name) => (isDnsName(name.toLowerCase()) ? `Write \`${name.toLowerCase()}\`.` : undefined),
);

/** No DNS name: nftables and HAProxy would look it up once, when they start, and keep what they got. */
export const address = text(
  (value) => isIP(value) !== 0,
  { allowed: 'an IPv4 address, or an IPv6 address without brackets', example: '192.168.1.11' },
  (value) => {
    const name = value.toLowerCase();
    if (!isDnsName(name)) return undefined;
    return `Write the address that \`getent ahosts ${name}\` shows: the rules of nftables and the servers of HAProxy need one that stays.`;
  },
);

export const network = text(isNetwork, {
  allowed: 'an IPv4 or IPv6 address, or a network as <address>/<bits>',
  example: '192.168.1.0/24',
});

export const port = (from: number, example: number) => integer(from, 65535, example);

export const sshUser = text((user) => /^[A-Za-z_][A-Za-z0-9_.-]{0,31}$/.test(user), {
  allowed: "a user's name: letters, digits, '_', '.' and '-', at most 32 characters",
  example: 'root',
});

export const hostKey = text(
  isHostKey,
  {
    allowed: `the host's whole public key, <type> <base64>, of a type among ${HOST_KEY_TYPES.join(', ')}`,
    remedy: 'Copy the first two words of /etc/ssh/ssh_host_ed25519_key.pub on the node itself.',
  },
  (key) =>
    isHostKey(key.split(/\s+/, 2).join(' ')) ? 'Leave out what follows the first two words.' : undefined,
);

/** A path on the operator's machine. */
export const localPath = (example: string) =>
  text(
    (path) =>
      /^[^\s\0]([^\n\r\0]*[^\s\0])?$/.test(path) && !path.includes('PRIVATE KEY') && !path.endsWith('.pub'),
    { allowed: "a file's path on your own machine, not of a .pub file", example },
    (path) => {
      if (path.includes('PRIVATE KEY'))
        return 'Write the path of the file, and make a new key: this one may be in Git already.';
      return path.endsWith('.pub') ? `Write \`${path.slice(0, -'.pub'.length)}\`.` : undefined;
    },
  );

export const repository = text(
  isRepository,
  {
    allowed: "an image's name in lower case, with its registry, without tag and digest",
    example: 'registry.example.com/shop',
  },
  (image) => {
    const name = image.replace(/@.*$/, '').replace(/:[^:/]*$/, '');
    if (!isRepository(name)) return undefined;
    return `Write \`${name}\`: version and digest stand in evenkeel:release.`;
  },
);

export const pinnedImage = text(
  isPinnedImage,
  { allowed: 'an image with its tag and its digest, <repository>:<tag>@sha256:<64 hex digits>' },
  (image) => {
    if (image.includes('@')) return 'Write it with its tag: <repository>:<tag>@sha256:….';
    return `Add the digest that \`docker buildx imagetools inspect ${image}\` shows.`;
  },
);

export const digest = text(isDigest, {
  allowed: 'sha256: and 64 hex digits in lower case',
  remedy: 'Let evenkeel prerelease fill it in, or copy it from your registry.',
});

/** Docker allows 128 characters in a tag. */
const TAG_LENGTH_MAX = 128;

export const version = text(
  (value) => semver.valid(value) === value && value.length <= TAG_LENGTH_MAX,
  {
    allowed: 'a semver version without leading v and without build metadata (+…)',
    example: '1.5.0-rc.1',
  },
  (value) => {
    const cleaned = semver.valid(value);
    return cleaned === null ? undefined : `Write \`${cleaned}\`.`;
  },
);

/**
 * What survives both HAProxy's config and a URL without quoting. RFC 3986 allows a few characters more, which
 * nobody has in the path of a health check.
 */
export const urlPath = text(
  (path) => /^\/[A-Za-z0-9/._~%?=&:@,;+!()*-]*$/.test(path),
  { allowed: "a path that begins with /, without spaces, quotes, '#' and '$'", example: '/alive' },
  (path) => (/^[A-Za-z0-9]/.test(path) && !path.includes('://') ? `Write \`/${path}\`.` : undefined),
);

/**
 * Compared as it is sent, so only characters that a client never encodes (RFC 3986, 3.3: unreserved, sub-delims, ':' and
 * '@', without quotes, '$' and '&'), and nothing that clients resolve before they send it.
 */
export const pathPrefix = text(
  isPathPrefix,
  {
    allowed: "a path that begins with / and does not end in one, of letters, digits and '-._~!()*+,;=:@'",
    example: '/api',
  },
  (path) => {
    const trimmed = `/${path.split('/').filter(Boolean).join('/')}`;
    return trimmed !== path && isPathPrefix(trimmed) ? `Write \`${trimmed}\`.` : undefined;
  },
);

function isPathPrefix(path: string): boolean {
  return path === '/' || /^(\/(?!\.{1,2}(\/|$))[A-Za-z0-9._~!()*+,;=:@-]+)+$/.test(path);
}

export const envName = text((name) => /^[A-Za-z_][A-Za-z0-9_]*$/.test(name), {
  allowed: "an environment variable's name: letters, digits and '_', not a digit first",
  example: 'LOG_LEVEL',
});

export const envValue = text((value) => !value.includes('\0'), {
  allowed: 'a text, without NUL characters',
  remedy: 'Put it in quotes: "…".',
});

/** Docker allows a secret's name 64 characters; 24 are left for what tells one value of it from the next. */
const SECRET_NAME_LENGTH_MAX = 40;

export const secretName = text(
  (name) => /^[A-Za-z0-9]([A-Za-z0-9_.-]*[A-Za-z0-9])?$/.test(name) && name.length <= SECRET_NAME_LENGTH_MAX,
  {
    allowed: `letters and digits, with '-', '_' and '.' inside, at most ${SECRET_NAME_LENGTH_MAX} characters`,
    example: 'shop-db-password',
  },
);

/** Lower case only: Swarm's placement constraints don't tell `SSD` from `ssd`, and ours shall mean the same. */
export const labelKey = text(
  (key) => /^[a-z0-9]([a-z0-9._-]{0,61}[a-z0-9])?$/.test(key) && !key.startsWith('evenkeel.'),
  {
    allowed:
      "lower-case letters and digits, with '.', '-' and '_' inside, at most 63 characters, not evenkeel.…",
    example: 'disk',
  },
  (key) =>
    key.startsWith('evenkeel.')
      ? 'Rename it: labels that start with evenkeel. are set by the program.'
      : undefined,
);

export const labelValue = text((value) => /^[a-z0-9]([a-z0-9._:/-]{0,61}[a-z0-9])?$/.test(value), {
  allowed:
    "lower-case letters and digits, with '.', '-', '_', ':' and '/' inside, at most 63 characters, as a text",
  example: 'ssd',
  remedy: 'Write it in lower case, a number or true/false in quotes.',
});

export const command = text((line) => line.trim() !== '' && !line.includes('\0'), {
  allowed: 'a shell command, not empty',
  example: './acceptance.sh',
});

/** One argument of a program; it goes there as it stands, through no shell. */
export const word = text((value) => !value.includes('\0'), {
  allowed: 'a text, without NUL characters',
  example: 'migrate',
  remedy: 'Put it in quotes: "…".',
});

/** Cookies of the edges' own. */
const OUR_COOKIES = ['evenkeel-canary', 'evenkeel-token'];

export const cookieName = text(
  (name) => /^[A-Za-z0-9][A-Za-z0-9_.-]{0,58}$/.test(name) && !OUR_COOKIES.includes(name),
  {
    allowed: `a cookie's name: letters, digits, '_', '.' and '-', at most 59 characters, not ${OUR_COOKIES.join(' or ')}`,
    example: 'evenkeel-session',
  },
);

/** An image's tag, by the rule of Docker's reference grammar. */
export const tag = text((value) => /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/.test(value), {
  allowed: "an image's tag: letters, digits, '_', '.' and '-', at most 128 characters",
  example: '1.5.0-rc.1',
});

/** A moment to the minute: with seconds YAML 1.1, so Pulumi, would take it for a timestamp and hand on another text. */
export const moment = text(
  (value) => /^\d{4}-\d\d-\d\dT\d\d:\d\dZ$/.test(value) && !Number.isNaN(Date.parse(value)),
  { allowed: 'a time in UTC, to the minute', example: '2026-11-21T13:00Z' },
);

/** A text of one line. */
export const line = text((value) => value.trim() !== '' && !/[\r\n\0]/.test(value), {
  allowed: 'a text of one line, not empty',
  example: 'switch',
});

/** A page as HTML. */
export const page = text(
  isPage,
  {
    allowed: `HTML, not empty, at most ${PAGE_BYTES_MAX} bytes, without control characters but tabs and line ends`,
    example: '<h1>Back soon</h1>',
  },
  (html) =>
    Buffer.byteLength(html) > PAGE_BYTES_MAX
      ? `Shorten it: it has ${Buffer.byteLength(html)} bytes. Pictures and styles can be elsewhere.`
      : undefined,
);

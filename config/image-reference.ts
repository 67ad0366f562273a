import { isIPv4 } from 'node:net';
import { isDnsName } from './dns-name';

/** One part of a path in the reference grammar of Docker's registries: lower case, separators only inside. */
const PATH_COMPONENT = /^[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*$/;

/** Docker's limit for a name (`NameTotalLengthMax` in github.com/distribution/reference). */
const NAME_LENGTH_MAX = 255;

/** Whether `text` is an image's name without tag and digest: `shop`, `club/shop`, `registry.example.com:5000/shop`. */
export function isRepository(text: string): boolean {
  const [first = '', ...rest] = text.split('/');
  const hasHost = rest.length > 0 && (first.includes('.') || first.includes(':') || first === 'localhost');
  const path = hasHost ? rest : [first, ...rest];
  return (
    text.length <= NAME_LENGTH_MAX &&
    (!hasHost || isRegistryHost(first)) &&
    path.every((component) => PATH_COMPONENT.test(component))
  );
}

/** Whether `text` is an image whose content can't change: `repository:tag@sha256:…`. */
export function isPinnedImage(text: string): boolean {
  const match = /^([^@]+):[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}@(.+)$/.exec(text);
  return match !== null && isRepository(match[1]!) && isDigest(match[2]!);
}

/** Whether `text` is an image's digest: `sha256:` and 64 hex digits in lower case. */
export function isDigest(text: string): boolean {
  return /^sha256:[0-9a-f]{64}$/.test(text);
}

function isRegistryHost(text: string): boolean {
  const match = /^([^:]+)(?::([1-9][0-9]{0,4}))?$/.exec(text);
  return match !== null && (isDnsName(match[1]!) || isIPv4(match[1]!)) && Number(match[2] ?? 1) <= 65535;
}

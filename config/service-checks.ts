import { formatDuration } from './duration';
import { entriesOf } from './entries-of';
import type { KeyPath } from './key-path';
import { type Mistake, mistake } from './mistake';
import { type Parts, wholeOf } from './parts';
import { type Claim, repeated } from './repeated';
import type { StackConfig } from './schema';
import { secretUnknown } from './secret-unknown';
import { runsOn } from './runs-on';
import type { NodeRole } from './site-config';

type Stack = Parts<StackConfig>;

/** Service names are unique. */
export function uniqueServices({ services }: Stack): Mistake[] {
  const names = entriesOf(services).flatMap(([index, { name }]): Claim[] =>
    name === undefined ? [] : [{ at: ['services', index, 'name'], value: name }],
  );
  return repeated(names, 'a name that no other service has', 'Rename one of the two services.');
}

/** A check must be over before the next one begins. */
export function healthTimeoutBelowInterval({ services }: Stack): Mistake[] {
  return entriesOf(services).flatMap(([index, { health }]) => {
    const { interval, timeout } = health ?? {};
    if (interval === undefined || timeout === undefined || timeout < interval) return [];
    return [
      mistake(
        ['services', index, 'health', 'timeout'],
        formatDuration(timeout),
        `less than the interval of ${formatDuration(interval)}`,
        'Make the timeout shorter or the interval longer.',
      ),
    ];
  });
}

/** Each service has a node to run on: a worker with its labels that is not out. */
export function workersForServices({ nodes, services }: Stack): Mistake[] {
  const known = nodes?.map((node) => {
    const roles = wholeOf<NodeRole[]>(node?.roles);
    const labels = wholeOf<Record<string, string>>(node?.labels);
    return roles && labels && node?.maintenance !== undefined
      ? { roles, labels, isOut: node.maintenance }
      : undefined;
  });
  return entriesOf(services).flatMap(([index, { name, nodes: parts }]) => {
    const wanted = wholeOf<Record<string, string>>(parts);
    if (known === undefined || wanted === undefined) return [];
    // A node that could not be read may be the one, and an empty list is a mistake of its own.
    if (
      known.length === 0 ||
      known.some((node) => node === undefined || (runsOn({ nodes: wanted }, node) && !node.isOut))
    )
      return [];
    const labels = Object.entries(wanted).map(([key, value]) => `${key}: ${value}`);
    const worker = ['the role worker', ...labels.map((label) => `the label ${label}`)].join(', ');
    return [
      mistake(
        ['services', index, 'nodes'],
        wanted,
        `labels of at least one node without maintenance: true (a node with ${worker})`,
        `Add what is missing to a node, or change the nodes of ${name ?? 'the service'}.`,
      ),
    ];
  });
}

/** What a service names as a secret is an entry of `evenkeel:secrets`, once, and not in the environment too. */
export function secretsKnown({ services, secrets }: Stack): Mistake[] {
  if (secrets === undefined) return [];
  const known = Object.keys(secrets);
  const unknown = (at: KeyPath, name: string) => secretUnknown(at, name, known);
  return entriesOf(services).flatMap(([index, service]) => {
    const listed = entriesOf(service.secrets).map(([place, value]): Claim => ({
      at: ['services', index, 'secrets', place],
      value,
    }));
    const token = service.preview?.token;
    return [
      ...entriesOf(service.secrets).flatMap(([place, name]) =>
        unknown(['services', index, 'secrets', place], name),
      ),
      ...repeated(listed, 'each secret once', 'Remove it.'),
      ...(token === undefined ? [] : unknown(['services', index, 'preview', 'token'], token)),
      ...secretsInEnv(index, Object.keys(service.env ?? {}), known),
    ];
  });
}

/** Whoever has a secret `shop-db-password` and a variable `SHOP_DB_PASSWORD` has put the secret into Git. */
function secretsInEnv(index: number, env: readonly string[], secrets: readonly string[]): Mistake[] {
  const asVariable = (name: string) => name.toUpperCase().replaceAll(/[-.]/g, '_');
  return env.flatMap((name) => {
    const secret = secrets.find((secret) => asVariable(secret) === asVariable(name));
    if (secret === undefined) return [];
    return [
      mistake(
        ['services', index, 'env', name],
        name,
        `a name that is not that of a secret (evenkeel:secrets has ${secret})`,
        'Remove the variable, and name the secret in secrets: of the service.',
      ),
    ];
  });
}

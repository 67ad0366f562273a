import { ConfigError } from './config-error';
import { crossChecks } from './cross-checks';
import { isDnsLabel } from './dns-name';
import { type Mistake, mistake } from './mistake';
import { readParts } from './parts';
import { stackSchema, type StackConfig } from './schema';
import { schemaMistakes } from './schema-mistakes';
import type { NodeConfig, SiteConfig } from './site-config';

/** The stack's config as Pulumi hands it out: plain JSON values, nothing of them checked yet. */
export interface RawStackConfig {
  /** The stack's name. */
  stack: string;
  /** `evenkeel:ssh`; may be left out. */
  ssh?: unknown;
  /** `evenkeel:nodes`. */
  nodes: unknown;
  /** `evenkeel:mesh`; may be left out. */
  mesh?: unknown;
  /** `evenkeel:services`. */
  services: unknown;
  /** `evenkeel:edge`. */
  edge: unknown;
  /** `evenkeel:release`. */
  release: unknown;
  /** `evenkeel:cloudflare`; may be left out. */
  cloudflare?: unknown;
  /** `evenkeel:pool`, `evenkeel:watchdog` and `evenkeel:messages`; each may be left out. */
  pool?: unknown;
  watchdog?: unknown;
  messages?: unknown;
  /** The names of the entries of `evenkeel:secrets`; the values stay with the caller. */
  secretNames: string[];
  /** All keys that the stack has below `evenkeel:`, to find the unknown ones; may be left out. */
  keys?: string[];
}

/**
 * The one reader of a stack's config. Pure: it neither reads files nor asks Pulumi.
 * @throws ConfigError with all mistakes at once, those of one key together
 */
export function readSiteConfig({ stack, secretNames, keys = [], ...values }: RawStackConfig): SiteConfig {
  const raw = {
    // Unknown keys have their own name for a value: the caller gives no other, and it may be a secret.
    ...Object.fromEntries(
      keys.filter((key) => !Object.hasOwn(stackSchema.shape, key)).map((key) => [key, key]),
    ),
    ...Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)),
    secrets: Object.fromEntries(secretNames.map((name) => [name, null])),
  };
  const mistakes = [
    ...siteNameMistakes(stack),
    ...schemaMistakes(stackSchema, raw),
    ...crossChecks(readParts(stackSchema, raw) ?? {}),
  ];
  if (mistakes.length > 0) throw new ConfigError(stack, mistakes.sort(byPlaceInFile));
  return siteConfig(stack, stackSchema.parse(raw));
}

function siteConfig(site: string, stack: StackConfig): SiteConfig {
  const { ssh, nodes, mesh, services, edge, release, cloudflare, pool, watchdog, messages } = stack;
  return {
    site,
    nodes: nodes.map((node) => withSshDefaults(node, ssh)),
    ...(mesh && { mesh }),
    services,
    edge,
    release,
    ...(cloudflare && { cloudflare }),
    ...(pool && { pool }),
    ...(watchdog && { watchdog }),
    ...(messages && { messages }),
  };
}

/** A node's own key or agent replaces the default one, whichever of the two that is. */
function withSshDefaults(node: StackConfig['nodes'][number], defaults: StackConfig['ssh']): NodeConfig {
  const { user, port, ...wayIn } = defaults;
  const hasOwnWayIn = 'privateKeyPath' in node.ssh || 'agentSocketPath' in node.ssh;
  return { ...node, ssh: { user, port, ...(hasOwnWayIn ? {} : wayIn), ...node.ssh } };
}

/** The name of the site goes into labels and names of the Swarm. */
function siteNameMistakes(stack: string): Mistake[] {
  if (isDnsLabel(stack)) return [];
  const allowed = 'lower-case letters, digits and inner hyphens, at most 63 characters';
  return [mistake('stack', stack, allowed, 'Rename it: `pulumi stack rename <name>`.')];
}

/** `stack`, then the keys of `evenkeel:` in the order of the schema; below them by number and alphabet. */
function byPlaceInFile(a: Mistake, b: Mistake): number {
  const collator = new Intl.Collator('en', { numeric: true });
  const order = Object.keys(stackSchema.shape);
  const rank = ({ key }: Mistake) => order.indexOf(/^evenkeel:(\w+)/.exec(key)?.[1] ?? '');
  return rank(a) - rank(b) || collator.compare(a.key, b.key);
}

import type { ReleaseConfig, SlotName } from '../config/site-config';

/** The two slots of a service, in the order in which they are always listed. */
export const slotNames: readonly SlotName[] = ['blue', 'green'];

/** What the pointer says of one service. */
export interface ServicePointer {
  /** The slot that the public is sent to. */
  live: SlotName;
  /** Share of the clients, in percent (0 to 100), that are sent to the idle slot. */
  canary: number;
  /** Digest (`sha256:…`) of the image in each slot; a slot that was never used has none. */
  digests: Partial<Record<SlotName, string>>;
  /** Digest of what was live before the last switch: a rollback is right only while the idle slot holds it. */
  previous?: string;
  /** True while the edges answer the public with 503. */
  maintenance?: true;
  /** Nodes are just changing their slot. What runs may have it, and no config: it is no part of a generation. */
  rolling?: Rolling;
}

/** The nodes of a service with the strategy rolling are just changing their slot, one after the other: both slots serve. */
export interface Rolling {
  /** The slot that they go to. */
  to: SlotName;
  /** Digest of what the slot that is not live holds: by now it may be newer than what `digests` says. */
  idle: string;
}

/** Which slot of each service is live, under a generation that only grows. */
export interface Pointer {
  /** 1 or more; a rollback is a new generation too. */
  generation: number;
  /** By name of the service. */
  services: Record<string, ServicePointer>;
}

/** The slot that is not `slot`. */
export function otherSlot(slot: SlotName): SlotName {
  return slot === 'blue' ? 'green' : 'blue';
}

/** A pointer without what is under way: what two pointers of one generation have in common. */
export function settled({ generation, services }: Pointer): Pointer {
  const rest = Object.entries(services).map(([name, { rolling, ...service }]) => [name, service] as const);
  return { generation, services: Object.fromEntries(rest) };
}

/** The pointer that the stack's config asks for. */
export function pointerFromConfig(release: ReleaseConfig): Pointer {
  const services: Pointer['services'] = {};
  for (const [name, service] of Object.entries(release.services)) {
    const { live, canary, blue, green, previous, maintenance } = service;
    const digests: ServicePointer['digests'] = {};
    if (blue) digests.blue = blue.digest;
    if (green) digests.green = green.digest;
    services[name] = {
      live,
      canary,
      digests,
      ...(previous && { previous: previous.digest }),
      ...(maintenance && { maintenance }),
    };
  }
  return { generation: release.generation, services };
}

/**
 * The pointer as text: the very lines of HAProxy's map file, so that the label on the edge's Swarm service, the
 * file that an edge starts from and what `show map` prints are one and the same and can be compared as strings.
 *
 *     generation 7
 *     shop.live blue
 *     shop.canary 0
 *     shop.blue sha256:…
 *     shop.green sha256:…
 *     shop.previous sha256:…
 *     shop.maintenance on
 *     shop.rolling green@sha256:…
 *
 * The last three lines are there only where they apply.
 *
 * Services are sorted by name. No service's key can be `generation`: each has a dot, which names of services have not.
 */
export function formatPointer(pointer: Pointer): string {
  const lines = [`generation ${pointer.generation}`];
  for (const name of Object.keys(pointer.services).sort()) {
    const service = pointer.services[name]!;
    lines.push(`${name}.live ${service.live}`, `${name}.canary ${service.canary}`);
    for (const slot of slotNames) {
      const digest = service.digests[slot];
      if (digest) lines.push(`${name}.${slot} ${digest}`);
    }
    if (service.previous) lines.push(`${name}.previous ${service.previous}`);
    if (service.maintenance) lines.push(`${name}.maintenance on`);
    if (service.rolling) lines.push(`${name}.rolling ${service.rolling.to}@${service.rolling.idle}`);
  }
  return lines.join('\n') + '\n';
}

/**
 * Reads what `formatPointer` wrote. The order of the lines does not matter: HAProxy lists a map in the order of its own.
 *
 * @throws Error naming the line that is not one of a pointer, or what is missing.
 */
export function parsePointer(text: string): Pointer {
  let generation: number | undefined;
  const services = new Map<string, Partial<ServicePointer> & Pick<ServicePointer, 'digests'>>();
  for (const line of text.split('\n').filter((each) => each.trim() !== '')) {
    const unreadable = () => new Error(`not a line of a pointer: "${line}"`);
    const [key, value, ...rest] = line.trim().split(/\s+/);
    if (!key || !value || rest.length > 0) throw unreadable();
    if (key === 'generation') {
      if (!/^[1-9]\d*$/.test(value)) throw unreadable();
      generation = Number(value);
      continue;
    }
    const [name, field, ...more] = key.split('.');
    if (!name || !field || more.length > 0 || !isServiceName(name)) throw unreadable();
    const service = services.get(name) ?? { digests: {} };
    services.set(name, service);
    if (field === 'live' && isSlot(value)) service.live = value;
    else if (field === 'canary' && /^(\d|[1-9]\d|100)$/.test(value)) service.canary = Number(value);
    else if (isSlot(field) && isDigest(value)) service.digests[field] = value;
    else if (field === 'previous' && isDigest(value)) service.previous = value;
    else if (field === 'maintenance' && value === 'on') service.maintenance = true;
    else if (field === 'rolling' && isRolling(value.split('@'))) service.rolling = rollingOf(value);
    else throw unreadable();
  }
  if (generation === undefined) throw new Error('the pointer has no line "generation N"');
  const whole: Pointer['services'] = {};
  for (const [name, { live, canary, digests, ...rest }] of services) {
    if (live === undefined || canary === undefined)
      throw new Error(`the pointer has no "${name}.${live === undefined ? 'live' : 'canary'}"`);
    whole[name] = { live, canary, digests, ...rest };
  }
  return { generation, services: whole };
}

/** A DNS label, as config demands. */
function isServiceName(text: string): boolean {
  return /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/.test(text);
}

function isDigest(text: string): boolean {
  return /^sha256:[0-9a-f]{64}$/.test(text);
}

function isRolling([to = '', idle = '', ...rest]: string[]): boolean {
  return isSlot(to) && isDigest(idle) && rest.length === 0;
}

function rollingOf(value: string): Rolling {
  const [to, idle] = value.split('@') as [SlotName, string];
  return { to, idle };
}

function isSlot(text: string): text is SlotName {
  return text === 'blue' || text === 'green';
}

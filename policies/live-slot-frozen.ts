import type { PolicyResource, ReportViolation, StackValidationPolicy } from '@pulumi/policy';
import { parsePointer } from '../release/pointer';
import type { DockerServiceProps } from './shared/docker-service-props';
import { labelsOf } from './shared/labels-of';
import { resourceTypes } from './shared/resource-types';

/**
 * The slot that serves the public is declared, and frozen: `ignoreChanges: ["*"]`, so that no update can touch it.
 *
 * In an update that switches, the slot frozen is the one that serves until the switchover, and the pointer already names
 * the other one. A policy sees the wanted state alone, so either slot of a pair may be the frozen one.
 */
export const liveSlotFrozen: StackValidationPolicy = {
  name: 'live-slot-frozen',
  description: 'The slot that is live is declared, and no update can change it.',
  validateStack(args, reportViolation) {
    const services = args.resources.filter(({ type }) => type === resourceTypes.dockerService);
    const slots = declaredSlots(services, reportViolation);
    const live = pointedSlots(services, reportViolation);
    for (const service of [...new Set([...slots.keys(), ...live.keys()])].sort()) {
      judge(
        service,
        slots.get(service) ?? new Map<string, PolicyResource>(),
        live.get(service),
        reportViolation,
      );
    }
  },
};

/** Resources of a service's slots, by slot. */
type Slots = Map<string, PolicyResource>;

function judge(
  service: string,
  slots: Slots,
  live: string | undefined,
  reportViolation: ReportViolation,
): void {
  if (live !== undefined && !slots.has(live)) {
    reportViolation(
      `${service}: evenkeel.pointer names ${live} as live, and no docker.Service has the labels ` +
        `evenkeel.service=${service} and evenkeel.slot=${live}: the update would delete what the public sees. ` +
        `Allowed: the live slot is declared. Give ${live} its release back under evenkeel:release, ` +
        `or switch first: evenkeel switch ${service}.`,
      [...slots.values()][0]?.urn,
    );
    return;
  }
  if ([...slots.values()].some(isFrozen)) return;
  const found = [...slots.values()]
    .map(({ name, opts }) => `${name} has ${JSON.stringify(opts.ignoreChanges)}`)
    .sort();
  const pointed = live === undefined ? '' : ` (evenkeel.pointer names ${live})`;
  reportViolation(
    `${service}: no slot is frozen, so this update can change the live one${pointed}: ` +
      `option ignoreChanges: ${found.join(', ')}. Allowed: ["*"] on the slot that is live now. ` +
      'Freeze that slot; what is new goes to the idle one: ' +
      `evenkeel prerelease ${service} VERSION, then evenkeel switch ${service}.`,
    slots.get(live ?? '')?.urn ?? [...slots.values()][0]?.urn,
  );
}

/** Frozen means every property: with a part of them listed, the rest still restarts the tasks. */
function isFrozen({ opts }: PolicyResource): boolean {
  return opts.ignoreChanges.includes('*');
}

/** The slots of each service, as the services' labels say. A label that can't be right is reported and left out. */
function declaredSlots(
  services: readonly PolicyResource[],
  reportViolation: ReportViolation,
): Map<string, Slots> {
  const declared = new Map<string, Slots>();
  for (const resource of services) {
    const labels = labelsOf(() => (resource.props as DockerServiceProps).labels);
    const service = labels.get('evenkeel.service');
    const slot = labels.get('evenkeel.slot');
    if (service === undefined && slot === undefined) continue;
    if (service === undefined || service === '' || (slot !== 'blue' && slot !== 'green')) {
      reportViolation(
        `${resource.name}: labels evenkeel.service=${service ?? '(none)'} and evenkeel.slot=${slot ?? '(none)'} ` +
          'name no slot. Allowed: both labels, the slot blue or green. Without them nothing shows whether it is live; ' +
          'set both, or neither on a service that is no slot.',
        resource.urn,
      );
      continue;
    }
    const slots: Slots = declared.get(service) ?? new Map<string, PolicyResource>();
    declared.set(service, slots);
    const twin = slots.get(slot);
    if (twin) {
      reportViolation(
        `${resource.name}: labels evenkeel.service=${service} and evenkeel.slot=${slot} are those of ${twin.name} too. ` +
          'Allowed: one docker.Service for each slot. Remove one of them, or correct its labels.',
        resource.urn,
      );
      continue;
    }
    slots.set(slot, resource);
  }
  return declared;
}

/** The live slot of each service, as the edge's pointer says; empty where a preview can't know the pointer yet. */
function pointedSlots(
  services: readonly PolicyResource[],
  reportViolation: ReportViolation,
): Map<string, string> {
  for (const resource of services) {
    const pointer = labelsOf(() => (resource.props as DockerServiceProps).labels).get('evenkeel.pointer');
    if (pointer === undefined) continue;
    try {
      const { services: pointed } = parsePointer(pointer);
      return new Map(Object.entries(pointed).map(([name, { live }]) => [name, live]));
    } catch (error) {
      reportViolation(
        `${resource.name}: label evenkeel.pointer can't be read: ${(error as Error).message}. ` +
          'The program writes it from evenkeel:release; take out what else sets the label.',
        resource.urn,
      );
    }
  }
  return new Map();
}

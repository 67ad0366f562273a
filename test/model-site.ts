import type { ReleaseConfig, SlotName } from '../config/site-config';
import { candidates } from '../edge/candidate';
import type { WantedRelease } from '../edge/wanted-release';
import { compare, newestPointer } from '../release/compare';
import {
  formatPointer,
  otherSlot,
  pointerFromConfig,
  slotNames,
  type Pointer,
  type ServicePointer,
} from '../release/pointer';
import { Refusal } from '../release/refusal';
import type { RollbackPlan } from '../release/rollback-plan';
import { edgeCount } from './releases';

/** An `up` that failed after its first look; `Refusal` is one that failed by it. */
export class UpFailed extends Error {}

interface ModelEdge {
  /** Its map; undefined before the first deploy. */
  pointer?: Pointer;
  /** False: the public may reach it, but nobody else; Swarm calls it Down. */
  reachable: boolean;
}

/**
 * A site as far as a release is concerned: the label, each edge's map, the image in each slot. What `up` and `rollback`
 * do to it is what edge/ and components/ do (DESIGN.md, "One `pulumi up`, in order"), without the waiting. Every change
 * is checked against what must never be.
 */
export class ModelSite {
  label: Pointer | undefined;
  readonly edges: ModelEdge[] = Array.from({ length: edgeCount }, () => ({ reachable: true }));
  /** Digest in each slot, by `service-slot`. */
  private readonly slots = new Map<string, string>();
  /** Images that passed the gate, as `service digest`. */
  private readonly gated = new Set<string>();
  /** By the pointer's text and service: the digest that was live before the last switch. */
  private readonly beforeSwitch = new Map<string, string | undefined>();

  /** The newest pointer of the label and the edges that can be reached. */
  get newest(): Pointer | undefined {
    return newestPointer(this.known);
  }

  /** All that there is, as text: equal texts are equal sites. */
  get text(): string {
    return JSON.stringify([this.label, this.edges, [...this.slots]]);
  }

  /** Digest that runs in a slot. */
  runs(service: string, slot: SlotName): string | undefined {
    return this.slots.get(`${service}-${slot}`);
  }

  /** Digest that was live before the last switch, by a pointer's own account of what came before it. */
  liveBefore(pointer: Pointer, service: string): string | undefined {
    return this.beforeSwitch.get(`${service} ${formatPointer(pointer)}`);
  }

  /**
   * The steps of one `up`; after each of them it may die. It says whether others may come between: between the update of
   * two slots there is no time for it.
   *
   * @throws Refusal when `compare` refuses it, UpFailed when it fails later.
   */
  *up(release: ReleaseConfig, gateRefuses: boolean): Generator<'others may come between' | 'at once', void> {
    const wanted = pointerFromConfig(release);
    const { refusals, frozen } = this.compare(wanted);
    if (refusals[0]) throw new Refusal(refusals[0]);
    yield 'others may come between';
    this.drain(wanted, frozen);
    for (const [service, slot, digest] of this.changes(wanted, frozen)) {
      this.updateSlot(service, slot, digest);
      yield 'at once';
    }
    yield 'others may come between';
    this.gate(wanted, release, gateRefuses);
    yield 'others may come between';
    // Pulumi's plugin writes the label without a look at it.
    this.writeLabel(wanted);
    yield 'others may come between';
    this.refuseWhenOvertaken(wanted);
    this.label = wanted;
    // Hooks are noted and edges reloaded, which takes its time: what was looked at may be otherwise at the flip.
    const reached = this.edges.filter(({ reachable }) => reachable);
    for (const edge of reached) {
      yield 'others may come between';
      if (edge.reachable && (edge.pointer?.generation ?? 0) <= wanted.generation) this.flip(edge, wanted);
    }
    yield 'others may come between';
    this.refuseWhenOvertaken(wanted);
  }

  /** As edge/roll-back.ts does it. @returns what was done. @throws Refusal; nothing was changed then. */
  rollBack(service: string, plan: (running: Pointer) => RollbackPlan, labelFails: boolean): RollbackPlan {
    const reached = this.edges.filter(({ pointer, reachable }) => pointer && reachable);
    if (reached.length === 0)
      throw new Refusal('No edge of this site can be reached, so nothing was touched');
    const running = this.newest!;
    const planned = plan(running);
    const { live, digests } = planned.pointer.services[service]!;
    if (this.runs(service, live) !== digests[live])
      throw new Refusal(`${live} of ${service} runs another image: a release has begun to change it`);
    for (const name of Object.keys(running.services))
      this.remember(planned.pointer, name, name === service ? undefined : this.liveBefore(running, name));
    for (const edge of reached) this.flip(edge, planned.pointer);
    if (!labelFails && this.label!.generation < planned.pointer.generation) this.label = planned.pointer;
    this.check();
    return planned;
  }

  /** Swarm makes the edge anew: it is born with the label. */
  rebear(edge: number): void {
    this.edges[edge]!.pointer = this.label;
    this.check();
  }

  private get known(): Pointer[] {
    return [this.label, ...this.reachedMaps].filter((pointer) => pointer !== undefined);
  }

  private get reachedMaps(): Pointer[] {
    return this.edges.flatMap(({ pointer, reachable }) => (pointer && reachable ? [pointer] : []));
  }

  private compare(wanted: Pointer) {
    return compare(wanted, { label: this.label, edges: this.reachedMaps, templateChanges: false });
  }

  /** The slots that an `up` updates: those that are not frozen, and those that never had anything. */
  private changes(
    wanted: Pointer,
    frozen: Record<string, SlotName[]>,
  ): (readonly [service: string, slot: SlotName, digest: string])[] {
    return Object.entries(wanted.services).flatMap(([service, { digests }]) =>
      slotNames.flatMap((slot) => {
        const wants = digests[slot];
        const runs = this.runs(service, slot);
        const mayChange = runs === undefined || !frozen[service]!.includes(slot);
        return wants !== undefined && wants !== runs && mayChange ? [[service, slot, wants] as const] : [];
      }),
    );
  }

  /** As edge/drain.ts: the last look before a slot is updated. */
  private drain(wanted: Pointer, frozen: Record<string, SlotName[]>): void {
    const updates = this.changes(wanted, frozen).filter(([service, slot]) => this.runs(service, slot));
    if (updates.length === 0 || !this.label) return;
    const now = this.compare(wanted);
    if (now.refusals[0]) throw new UpFailed(now.refusals[0]);
    for (const [service, slot] of updates)
      if (now.frozen[service]!.includes(slot)) throw new UpFailed(`${slot} of ${service} became live`);
    for (const { pointer, reachable } of this.edges)
      if (!reachable && pointer && pointer.generation !== this.label.generation)
        throw new UpFailed('an edge that is Down answers the public with another generation');
  }

  private updateSlot(service: string, slot: SlotName, digest: string): void {
    const all = [this.label, ...this.edges.map(({ pointer }) => pointer)];
    if (this.runs(service, slot) !== undefined)
      must(
        all.every((pointer) => !servingSlots(pointer?.services[service]).includes(slot)),
        `${slot} of ${service} was changed while the label or an edge sends clients there`,
      );
    this.slots.set(`${service}-${slot}`, digest);
  }

  private gate(wanted: Pointer, release: ReleaseConfig, refuses: boolean): void {
    const { refusals } = this.compare(wanted);
    if (refusals[0]) throw new UpFailed(refusals[0]);
    const services = Object.keys(release.services).map((name) => ({ name }));
    const toProve = candidates({ site: { services }, release } as unknown as WantedRelease, this.label);
    for (const { service, slot, release: candidate } of toProve)
      if (this.runs(service.name, slot) !== candidate.digest)
        throw new UpFailed(`${slot} of ${service.name} does not run ${candidate.digest}`);
    if (refuses && toProve.length > 0) throw new UpFailed('the acceptance command refuses the candidate');
    for (const { service, release: candidate } of toProve)
      this.gated.add(`${service.name} ${candidate.digest}`);
    this.rememberSwitches(wanted);
  }

  private rememberSwitches(wanted: Pointer): void {
    const from = this.newest;
    if (from && formatPointer(from) === formatPointer(wanted)) return;
    for (const [name, { live, previous }] of Object.entries(wanted.services)) {
      const had = from?.services[name];
      const before = had && had.live !== live ? had.digests[had.live] : from && this.liveBefore(from, name);
      // Before its first deploy, a service has only what the file tells.
      this.remember(wanted, name, had ? before : previous);
    }
  }

  private remember(pointer: Pointer, service: string, digest: string | undefined): void {
    this.beforeSwitch.set(`${service} ${formatPointer(pointer)}`, digest);
  }

  private writeLabel(pointer: Pointer): void {
    this.label = pointer;
    for (const edge of this.edges) edge.pointer ??= pointer;
    this.check();
  }

  /** As in edge/switchover.ts: the label gets back what the edges have, when somebody rolled back meanwhile. */
  private refuseWhenOvertaken(wanted: Pointer): void {
    const { refusals } = this.compare(wanted);
    if (!refusals[0]) return;
    const newest = newestPointer(this.reachedMaps);
    if (newest && newest.generation > Math.max(wanted.generation, this.label!.generation))
      this.label = newest;
    if (newest && newest.generation > wanted.generation)
      for (const edge of this.edges)
        if (edge.reachable && edge.pointer && edge.pointer.generation < newest.generation)
          this.flip(edge, newest);
    throw new UpFailed(refusals[0]);
  }

  private flip(edge: ModelEdge, pointer: Pointer): void {
    const had = edge.pointer?.generation ?? 0;
    must(had <= pointer.generation, `an edge went from generation ${had} to ${pointer.generation}`);
    edge.pointer = pointer;
    this.check();
  }

  /** What the public is served, by every edge and by those that are yet to be born: a slot that runs what the map says, and an image that passed the gate. */
  private check(): void {
    for (const pointer of [this.label, ...this.edges.map((edge) => edge.pointer)])
      for (const [name, service] of Object.entries(pointer?.services ?? {}))
        for (const slot of servingSlots(service)) {
          const runs = this.runs(name, slot);
          must(runs !== undefined, `the public is sent to ${slot} of ${name}, which has no version`);
          must(runs === service.digests[slot], `${slot} of ${name} is not what the map says`);
          must(this.gated.has(`${name} ${runs}`), `the public is sent to ${slot} of ${name}: not tested`);
        }
  }
}

/** Slots that get clients: the live one, and with a canary share the idle one too. */
function servingSlots(service: ServicePointer | undefined): SlotName[] {
  if (!service) return [];
  return service.canary > 0 ? [service.live, otherSlot(service.live)] : [service.live];
}

/** A law. Cheaper than `expect`, for what is checked a million times. */
export function must(holds: boolean, law: string): asserts holds {
  if (!holds) throw new Error(`broken: ${law}`);
}

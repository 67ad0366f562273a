import semver from 'semver';
import type { Release, ReleaseConfig, ServiceRelease } from '../config/site-config';
import { entryOf, liveRelease } from '../release/candidate-of';
import { formatPointer, pointerFromConfig } from '../release/pointer';
import { Refusal } from '../release/refusal';
import { redeploy } from '../release/redeploy';
import { planRollback } from '../release/rollback-plan';
import * as transitions from '../release/transitions';
import { refuseBrokenStep } from './command-laws';
import { deepFreeze } from './deep-freeze';
import { ModelSite, must, UpFailed } from './model-site';
import { author, checkoutCount, type Act, type Deed, type RollbackDeed, type UpFaults } from './releases';

/**
 * Some checkouts of a site's config, and the site. Commands edit a checkout and run `up`, as the CLI does. Each deed is
 * checked against the laws of the release.
 */
export class ModelLife {
  readonly site = new ModelSite();
  /** Deeply frozen: a command that changed what it was given would throw. */
  readonly checkouts: ReleaseConfig[] = Array.from({ length: checkoutCount }, () =>
    deepFreeze(structuredClone(transitions.noRelease)),
  );
  private images = 0;
  private minutes = 0;
  private asked: Release | undefined;

  /** @param tally counts what happened, so that a test can tell whether it has seen anything. */
  constructor(private readonly tally: Map<string, number>) {}

  /** Carries out one deed. @throws Error when a law is broken. */
  happen(deed: Deed): void {
    switch (deed.kind) {
      case 'command':
        return this.command(deed);
      case 'rollback':
        this.rollBack(deed);
        return;
      case 'up':
        this.up(deed.checkout, deed.faults);
        return;
      case 'pull':
        return this.pull(deed.checkout);
      case 'edge':
        if (deed.becomes === 'reborn') this.site.rebear(deed.edge);
        else this.site.edges[deed.edge]!.reachable = deed.becomes === 'reachable';
    }
  }

  /** Takes what is newer elsewhere, as Git would after a push. */
  private pull(checkout: number): void {
    for (const other of this.checkouts)
      if (other.generation > this.checkouts[checkout]!.generation) this.checkouts[checkout] = other;
  }

  private command({ checkout, service, act, faults }: Extract<Deed, { kind: 'command' }>): void {
    const before = this.checkouts[checkout]!;
    const text = this.text;
    let next: ReleaseConfig;
    try {
      next = deepFreeze(this.next(before, service, act));
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      must(this.text === text, 'a refused command changed something');
      this.count(`${act.did} refused`);
      return;
    }
    this.count(act.did);
    refuseBrokenStep(before, next, service, act);
    this.checkouts[checkout] = next;
    const ended = this.up(checkout, faults);
    if (ended === 'done' && act.did.includes('switch')) this.refuseOneWay(before, next, service);
    if (ended === 'done' || faults.cliDies || this.checkouts[checkout] !== next) return;
    if (ended === 'refused' || this.isUntouched(before, next, service)) this.checkouts[checkout] = before;
    if (ended === 'refused') must(this.text === text, 'a refused up changed something');
  }

  /** What the state machine makes of an act. @throws Refusal */
  private next(release: ReleaseConfig, name: string, act: Act): ReleaseConfig {
    switch (act.did) {
      case 'prerelease': {
        const wants = this.wanted(entryOf(release.services, name), act);
        const next = transitions.prerelease(release, name, wants, author, act.force);
        must(transitions.prerelease(next, name, wants, author) === next, 'the same again changed something');
        return next;
      }
      case 'switch':
        return transitions.switchLive(release, name, author);
      case 'release':
        return transitions.makeStable(release, name, author);
      case 'release --switch':
        return transitions.makeStable(transitions.switchLive(release, name, author), name, author);
      case 'redeploy':
        return redeploy(release, name, { ...author, at: this.nextMinute() });
      case 'abort':
        return transitions.abort(release, name, author);
      case 'hold':
        return transitions.hold(release, name, 'until Monday', author);
      case 'unhold':
        return transitions.unhold(release, name, author);
      case 'canary':
        return transitions.setCanary(release, name, act.percent, author);
      case 'maintenance':
        return transitions.setMaintenance(release, name, act.on, author);
    }
  }

  private nextMinute(): string {
    this.minutes += 1;
    return `${new Date(Date.parse(author.at) + this.minutes * 60_000).toISOString().slice(0, 16)}Z`;
  }

  private wanted(
    service: ServiceRelease | undefined,
    { version, digest }: Extract<Act, { did: 'prerelease' }>,
  ): Release {
    if (version === 'again' && this.asked) return this.asked;
    const versions = [service?.blue, service?.green, service?.previous].flatMap(
      (each) => each?.version ?? [],
    );
    const highest = versions.sort(semver.compare).at(-1);
    const above = highest === undefined ? '1.0.0' : semver.inc(highest, 'prerelease', 'rc')!;
    this.images += 1;
    this.asked = {
      version: version === 'above' || version === 'again' ? above : version,
      digest: digest === 'new' ? `sha256:${this.images.toString(16).padStart(64, '0')}` : digest,
    };
    return this.asked;
  }

  /** Runs `up` with what goes wrong. @returns how it ended. */
  private up(checkout: number, faults: UpFaults): 'done' | 'refused' | 'failed' {
    const text = this.text;
    let overtaken: ReturnType<ModelLife['rollBack']>;
    let between = 0;
    try {
      const steps = this.site.up(this.checkouts[checkout]!, faults.gateRefuses);
      for (let step = 0, { value, done } = steps.next(); !done; step += 1, { value, done } = steps.next()) {
        if (value === 'others may come between' && between++ === faults.meanwhile?.after) {
          const { deed } = faults.meanwhile;
          if (deed.kind === 'rollback') overtaken = this.rollBack(deed);
          else this.happen(deed);
        }
        if (step === faults.diesAfter) throw new UpFailed('it died');
      }
      this.count('up done');
      return 'done';
    } catch (error) {
      if (error instanceof Refusal) {
        must(this.text === text, 'a refused up changed something');
        this.count('up refused');
        return 'refused';
      }
      if (!(error instanceof UpFailed)) throw error;
      this.count('up failed');
      return 'failed';
    } finally {
      if (overtaken) this.refuseUndone(overtaken);
    }
  }

  /** @returns its pointer, where it was done. */
  private rollBack({ checkout, service, labelFails, cliDies }: RollbackDeed): string | undefined {
    const text = this.text;
    const running = this.site.newest;
    try {
      const release = this.checkouts[checkout]!;
      const plan = this.site.rollBack(
        service,
        (newest) => planRollback(release, service, newest, author),
        labelFails,
      );
      const { live, canary, digests } = plan.pointer.services[service]!;
      const had = running!.services[service]!;
      const calledOff = live === had.live;
      must(
        digests[live] === (calledOff ? had.digests[had.live] : this.site.liveBefore(running!, service)),
        'a rollback went back to something else than what was live before',
      );
      const planned = plan.release.services[service]!;
      must(
        liveRelease(planned).digest === digests[live],
        'the file names another version than the public gets',
      );
      must(canary === 0, 'after a rollback clients are on the candidate');
      must((planned.history ?? []).length <= transitions.historyLength, 'the history is too long');
      must(plan.release.generation >= plan.pointer.generation, 'the file is older than what it rolled back');
      if (!cliDies) this.checkouts[checkout] = deepFreeze(plan.release);
      this.count(calledOff ? 'rollback calls off' : 'rollback');
      return formatPointer(plan.pointer);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      must(this.text === text, 'a refused rollback changed something');
      this.count('rollback refused');
      return undefined;
    }
  }

  /** Right after a switch there is a way back. */
  private refuseOneWay(before: ReleaseConfig, next: ReleaseConfig, service: string): void {
    const { live, digests } = planRollback(next, service, this.site.newest!, author).pointer.services[
      service
    ]!;
    must(
      digests[live] === liveRelease(before.services[service]!).digest,
      'after a switch there is no way back to what was live',
    );
  }

  private refuseUndone(pointer: string): void {
    this.count('rollback under an up');
    const edges = this.site.edges.filter((edge) => edge.reachable && edge.pointer);
    must(
      edges.every((edge) => formatPointer(edge.pointer!) === pointer),
      'an up that was under way undid a rollback',
    );
  }

  /** As cli/reached.ts. */
  private isUntouched(before: ReleaseConfig, next: ReleaseConfig, service: string): boolean {
    const { newest } = this.site;
    if (newest && formatPointer(newest) === formatPointer(pointerFromConfig(next))) return false;
    return (['blue', 'green'] as const).every((slot) => {
      const wants = next.services[service]![slot]?.digest;
      const had = entryOf(before.services, service)?.[slot]?.digest;
      return wants === undefined || wants === had || this.site.runs(service, slot) !== wants;
    });
  }

  private get text(): string {
    return this.site.text + JSON.stringify(this.checkouts);
  }

  private count(what: string): void {
    this.tally.set(what, (this.tally.get(what) ?? 0) + 1);
  }
}

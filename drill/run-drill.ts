import { setTimeout as sleep } from 'node:timers/promises';
import { clock } from '../lab/load/clock';
import type { Load } from '../lab/load/load';
import type { LoadTls } from '../lab/load/load-options';
import { startLoad } from '../lab/load/start-load';
import type { CommandEnd, DrillSite } from './drill-site';
import type { DrillRow } from './drill-report';
import { machineHit, type Failure } from './failures';
import { losses } from './losses';
import { phases, versions, type Phase } from './phases';
import { publicLoad } from './public-load';

/** How long a failure lasts that somebody has to end, in ms: Swarm calls a machine Down after 10 to 11 s (LAB-FACTS.md). */
const failureLasts = 15_000;

/** How long clients go on after all is whole, in ms. */
const afterwards = 2000;

/**
 * Lets one thing break in one phase, under load, and says what the public saw of it.
 *
 * @param chance a number from 0 to 1: how far into the command it breaks.
 * @param tls of `publicTls`, which is asked before anything is touched.
 */
export async function runCell(
  site: DrillSite,
  failure: Failure,
  during: Phase['name'],
  chance: number,
  tls?: LoadTls,
): Promise<DrillRow> {
  const shared = site.sharedAddress;
  const at = new Date().toISOString();
  const { live, next = live } = await versions(site);
  const phase = phases(site.service.name, next).find(({ name }) => name === during)!;
  for (const command of phase.before) await site.must(...command, '--yes');
  const { machine, isOwner } = await machineHit(site, failure, shared);
  const expected = new ExpectedVersions(during === 'rollback' ? next : live);
  const load = startPublic(site, machine, expected, tls);
  let running: Promise<CommandEnd> | undefined;
  try {
    return await inPhase();
  } catch (error) {
    await load.stop().catch(() => undefined);
    await running; // or the next one would come into its midst
    await failure.heal?.(site, machine).catch(() => undefined);
    throw error;
  }

  async function inPhase(): Promise<DrillRow> {
    await load.until(site.ground.rate);
    running = phase.command && site.evenkeel(...phase.command, '--yes');
    if (running) expected.mayBecome(during === 'rollback' ? live : next, during !== 'prerelease');
    const [first, last] = phase.between;
    const after = first + chance * (last - first);
    await sleep(after);

    const brokeAt = clock();
    await failure.inject(site, machine);
    const brokenAt = clock();
    const command = async () => {
      const end = await running;
      if (end?.code === 0) expected.done();
      return end;
    };
    const heal = async () => {
      if (!failure.heal) return;
      await sleep(Math.max(0, failureLasts - (clock() - brokenAt)));
      await failure.heal(site, machine);
    };
    const [end] = await Promise.all([command(), failure.endsByItself && heal()]);
    if (!failure.endsByItself) await heal();
    let again = 0;
    let latest = end;
    for (; latest && latest.code !== 0 && again < 3; again++)
      latest = await site.evenkeel(...phase.command!, '--yes');
    if (again > 0 && latest?.code === 0) expected.done();
    const { whole, notes } = await untilWhole(site, brokeAt);
    await sleep(afterwards);
    const report = await load.stop();
    const takes = failure.takesConnections && isOwner;
    const { lost, taken } = losses(report, takes ? { since: brokeAt, until: brokenAt } : undefined);
    return {
      at,
      failure: failure.name,
      during,
      machine,
      after,
      requests: report.requests,
      lost,
      taken,
      wrong: report.wrong,
      longestGap: Math.max(...Object.values(report.byTarget).map(({ longestGap }) => longestGap)),
      ...(whole !== undefined && { whole }),
      healedBy: failure.healedBy,
      ...(end && { command: end.code === 0 ? 'done' : `exit ${end.code}` }),
      again,
      notes: [
        ...report.failures.map(({ target, connection, text }) => `${target}, ${connection}: ${text}`),
        ...(end && end.code !== 0 ? [lastLines(end)] : []),
        ...notes,
      ],
    };
  }
}

/** Which versions a client may see, and from when on no more. */
class ExpectedVersions {
  private next: string | undefined;
  private doneAt = Infinity;
  constructor(private readonly first: string) {}

  /** A command began that makes `version` live, if `shown`. */
  mayBecome(version: string, shown: boolean): void {
    if (shown) this.next = version;
  }

  /** The command said that it is done: a request sent from now on gets the new version. */
  done(): void {
    if (this.next !== undefined) this.doneAt = Math.min(this.doneAt, clock());
  }

  allows(version: string, sentAt: number): boolean {
    // A service that does not say its version can't be found out: only the sample service has to.
    return version === '(none)' || version === this.next || (version === this.first && sentAt <= this.doneAt);
  }
}

function startPublic(site: DrillSite, machine: string, expected: ExpectedVersions, tls?: LoadTls): Load {
  const { config, service, ground } = site;
  return startLoad({
    ...publicLoad(config, service.name, machine, tls),
    path: ground.path,
    keepAlive: 3,
    fresh: 2,
    rate: ground.rate,
    timeout: 5000,
    allowed: (version, sentAt) => expected.allows(version, sentAt),
  });
}

/** Waits until `status` has nothing to say against the site. @returns ms since the failure. */
async function untilWhole(site: DrillSite, since: number): Promise<{ whole?: number; notes: string[] }> {
  for (;;) {
    const status = await site.status();
    if (status?.ok) return { whole: clock() - since, notes: [] };
    if (clock() - since > site.ground.wholeWithin)
      return {
        notes: status ? [...status.disagreements, ...status.problems] : ['evenkeel status says nothing'],
      };
    await sleep(2000); // each look starts a process, which the clients would feel on two cores
  }
}

function lastLines({ stderr }: CommandEnd): string {
  return stderr.trim().split('\n').slice(-4).join(' / ');
}

import type { SiteConfig } from '../config/site-config';
import { runAfterRollback } from '../edge/after-hooks';
import { SiteContact } from '../edge/site-contact';
import { rollBackEdges } from '../edge/roll-back';
import { liveRelease } from '../release/candidate-of';
import { formatPointer, pointerFromConfig, settled } from '../release/pointer';
import { planRollback, type RollbackPlan } from '../release/rollback-plan';
import { rollingService } from '../release/rolls';
import { rollback } from '../release/transitions';
import { writeStackFile } from '../stack-file/write-stack-file';
import { author } from './author';
import { changeRelease, describe, type ChangeOptions, type Output } from './change-release';
import { openProject } from './project';

/** How long the `up` after a rollback waits for another one to end, in ms: as long as a gate may take in the worst case. */
const lockTime = 600_000;

/**
 * Flips the edges and the label at once, and only then writes the stack file and runs `pulumi up`: whatever Pulumi is
 * doing, or has left half done, the public is back first. A service that rolls has nothing to flip to: it goes back as it went.
 */
export async function rollBack(service: string, options: ChangeOptions, output: Output): Promise<void> {
  await (
    await flipBack(service, options, output)
  )();
}

/**
 * The first half of a rollback, after which the public is back (but where a service rolls) and the stack file says so.
 * @returns the second half: what Pulumi has to do.
 */
export async function flipBack(
  service: string,
  options: ChangeOptions,
  output: Output,
): Promise<() => Promise<void>> {
  const { log } = output;
  const project = await openProject(options);
  const site = project.siteWith(project.release);
  if (rollingService(site, service)) return () => rollNodesBack(service, options, output);
  const who = author();
  const contact = new SiteContact(site.nodes);
  const done = await rollBackEdges(
    site,
    service,
    (running) => planRollback(project.release, service, running, who),
    contact,
  ).finally(() => contact.close());
  const { plan } = done;
  log(
    plan.from === plan.to
      ? `${service}: the switch is called off; ${plan.to} stays live (generation ${plan.pointer.generation})`
      : `${service}: rolled back from ${plan.from} to ${plan.to} on ${done.edges.join(', ')} in ${Math.round(done.ms)} ms (generation ${plan.pointer.generation})`,
  );
  for (const [name, reason] of Object.entries(done.missing))
    log(`${name}: not reached (${reason}); it gets the generation when it is back`);
  if (done.labelMissing)
    log(
      `The Swarm did not take the label (${done.labelMissing}): only the edges' maps were changed. An edge that restarts ` +
        `now has the old pointer until the Swarm has a quorum and pulumi up has run.`,
    );
  const { text: before } = project.stackFile;
  await writeStackFile({ file: project.file, before, after: project.stackFile.withRelease(plan.release) });
  log(`${project.file} is written`);
  const change = describe({ did: 'rollback', service }, project, plan.release, false);
  const report = { ...change, from: plan.from, to: plan.to, edges: done.edges, ms: done.ms };
  return async () => {
    const hook = await afterRollback(service, site, plan, log);
    await restOfRollback().catch((error: unknown) => {
      if (hook) log(hook.message);
      throw error;
    });
    if (hook) throw hook;
  };

  async function restOfRollback(): Promise<void> {
    // The edges and the label are what Pulumi would make of it, but for what else waits in the config.
    if (options.configOnly) return output.done(report, []);
    if (done.labelMissing && !(await hasQuorum(site))) {
      log('When the Swarm has a quorum again, run: pulumi up');
      return output.done(report, []);
    }
    const { retriedUp } = await import('./retried-up.js');
    await retriedUp(project, site, `evenkeel rollback ${service}`, log, { waitForLock: lockTime });
    const same = formatPointer(pointerFromConfig(plan.release)) === formatPointer(settled(plan.pointer));
    output.done(
      { ...report, applied: true },
      same ? [] : ['What else waited in the stack file was applied too.'],
    );
  }
}

/** @returns what the service's hook failed by: no reason to leave out what Pulumi has to do. */
async function afterRollback(
  service: string,
  site: SiteConfig,
  plan: RollbackPlan,
  log: (line: string) => void,
): Promise<Error | undefined> {
  const contact = new SiteContact(site.nodes);
  try {
    await runAfterRollback(site, service, plan, contact, log);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  } finally {
    contact.close();
  }
}

/** The nodes go back one after the other, by an `up` like that of the switch; it asks nothing either. */
async function rollNodesBack(service: string, options: ChangeOptions, output: Output): Promise<void> {
  output.log(
    `${service}: strategy: rolling has one version on each node, so a rollback is not at once: the nodes go back one after the other`,
  );
  const { change, site } = await changeRelease(
    { did: 'rollback', service, change: (release) => rollback(release, service, author()) },
    { ...options, yes: true },
    output,
  );
  const live = liveRelease(site.release.services[service]!).version;
  output.done(change, change.applied ? [`${service}: ${live} is live again`] : []);
}

/** Whether the Swarm takes changes, if need be after it has elected another leader: the one before may just have died. */
async function hasQuorum(site: Pick<SiteConfig, 'nodes'>): Promise<boolean> {
  const contact = new SiteContact(site.nodes);
  try {
    return (await contact.manager()) !== undefined;
  } catch {
    return false;
  } finally {
    contact.close();
  }
}

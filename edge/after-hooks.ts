import type { SiteConfig } from '../config/site-config';
import { otherSlot } from '../release/pointer';
import type { RollbackPlan } from '../release/rollback-plan';
import { due, type DueHook } from './due-hooks';
import { noteOwedHooks } from './owed-hooks';
import { runHooks } from './run-hook';
import type { SiteContact } from './site-contact';

/**
 * Runs what is to be run once the public is on another slot, and crosses out each hook that has succeeded.
 *
 * @param owed noted already (`noteOwedHooks`).
 * @throws Error of the first hook that fails; it and the rest stay noted, and the next `up` runs them.
 */
export async function runAfterHooks(
  owed: readonly DueHook[],
  site: string,
  contact: SiteContact,
  log: (line: string) => void,
): Promise<void> {
  for (const [index, hook] of owed.entries()) {
    await runHooks([hook], site, contact, log, afterwards);
    const manager = await contact.manager();
    if (manager) await noteOwedHooks(manager.docker, owed.slice(index + 1));
  }
}

function afterwards({ service, hook, slot, release }: DueHook): string {
  const isRollback = hook === 'afterRollback';
  return (
    `The ${isRollback ? 'rollback' : 'switch'} of ${service.name} is done all the same: the public is on ${release.version}, in ` +
    `${slot}. Put right what failed and run pulumi up, which runs the hook again` +
    (isRollback ? '.' : `; or go back: evenkeel rollback ${service.name}.`)
  );
}

/**
 * For `evenkeel rollback`, which is past Pulumi: runs `afterRollback` of a service whose edges are back. Nothing where it
 * has none, or where a switch was called off that the public never saw.
 *
 * @throws Error of the hook when it fails. No `up` runs it again.
 */
export async function runAfterRollback(
  site: Pick<SiteConfig, 'site' | 'services'>,
  service: string,
  plan: RollbackPlan,
  contact: SiteContact,
  log: (line: string) => void,
): Promise<void> {
  const config = site.services.find(({ name }) => name === service);
  if (!config || plan.from === plan.to) return;
  const { live } = plan.pointer.services[service]!;
  const hooks = due({ site, release: plan.release }, config, 'afterRollback', live, otherSlot(live));
  await runHooks(
    hooks,
    site.site,
    contact,
    log,
    () =>
      `The rollback is done all the same: the public is on ${plan.to}. The hook does not run again by itself.`,
  );
}

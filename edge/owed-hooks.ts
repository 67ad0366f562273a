import type Docker from 'dockerode';
import type { SlotName } from '../config/site-config';
import { entryOf } from '../release/candidate-of';
import type { DueHook, HookName, WantedHooks } from './due-hooks';
import { edgeServiceName, findService, type SwarmService } from './swarm-state';

/**
 * Label of the edges' Swarm service: the after-hooks that are not done yet, as JSON. They are noted before the first edge is
 * flipped and crossed out when they have succeeded, so that the next `up` runs them although it finds nothing to flip. A
 * new release takes the label away, since Pulumi writes all labels: what came after the old one is no news then.
 */
export const owedHooksLabel = 'evenkeel.hooks';

interface OwedHook {
  service: string;
  hook: HookName;
  slot: SlotName;
  previousVersion: string;
}

/** How often a change of the label is tried when somebody else updates the service at the same moment. */
const attempts = 5;

/** The after-hooks that an earlier run still owes; without those whose slot is not live any more, or that the config has dropped. */
export function owedHooks(wanted: WantedHooks, service: Pick<SwarmService, 'labels'>): DueHook[] {
  return readOwed(service.labels[owedHooksLabel]).flatMap(
    ({ service: name, hook, slot, previousVersion }) => {
      const config = wanted.site.services.find((each) => each.name === name);
      const release = entryOf(wanted.release.services, name);
      const live = release?.[slot];
      if (!config?.hooks?.[hook] || !live || release.live !== slot) return [];
      return [{ service: config, hook, slot, release: live, previousVersion }];
    },
  );
}

/** Notes what is due now on top of what is noted; of each service, the newest counts. @returns all that is owed. */
export async function oweHooks(
  docker: Docker,
  owed: readonly DueHook[],
  due: readonly DueHook[],
): Promise<DueHook[]> {
  const all = [
    ...owed.filter((each) => !due.some(({ service }) => service.name === each.service.name)),
    ...due,
  ];
  if (formatOwed(all) !== formatOwed(owed)) await noteOwedHooks(docker, all);
  return all;
}

/** Writes the label; without hooks, takes it away. Nothing else of the service changes, so no task restarts. */
export async function noteOwedHooks(docker: Docker, hooks: readonly DueHook[]): Promise<void> {
  const text = formatOwed(hooks);
  for (let attempt = 1; ; attempt++) {
    const service = await findService(docker, edgeServiceName);
    if (!service || service.labels[owedHooksLabel] === text) return;
    const { [owedHooksLabel]: _old, ...others } = service.labels;
    const labels = text === undefined ? others : { ...others, [owedHooksLabel]: text };
    try {
      await docker.getService(service.id).update({
        _query: { version: service.version },
        _body: { ...service.spec, Labels: labels },
      });
      return;
    } catch (error) {
      if (attempt === attempts) throw error;
    }
  }
}

function formatOwed(hooks: readonly DueHook[]): string | undefined {
  if (hooks.length === 0) return undefined;
  return JSON.stringify(
    hooks.map(({ service, hook, slot, previousVersion }): OwedHook => ({
      service: service.name,
      hook,
      slot,
      previousVersion,
    })),
  );
}

/** A label that is not ours to read (somebody edited it) owes nothing. */
function readOwed(text: string | undefined): OwedHook[] {
  try {
    return text === undefined ? [] : (JSON.parse(text) as OwedHook[]);
  } catch {
    return [];
  }
}

import { peerAddress } from '../config/peer-address';
import type { SiteConfig } from '../config/site-config';
import type { RecoveryPlan } from '../machine/recovery-plan';
import type { Pointer } from '../release/pointer';
import type { SwarmBackup } from './backup-files';

/**
 * What `evenkeel recover` is about to do, step by step, for the one who is to say yes.
 *
 * @param newest pointer that the label is brought up to; undefined: none is known.
 * @param backup what is put back first.
 */
export function recoveryWords(
  site: Pick<SiteConfig, 'nodes'>,
  plan: RecoveryPlan,
  newest: Pick<Pointer, 'generation'> | undefined,
  backup?: Pick<SwarmBackup, 'at'>,
): string[] {
  const { survivor, following, joining, lost } = plan;
  const address = peerAddress(site.nodes.find(({ name }) => name === survivor)!);
  const list = (names: readonly string[]) => names.join(', ');
  const steps = [
    ...(backup
      ? [
          `on ${survivor}: the Swarm's state of ${backup.at} is put back; its Docker is stopped and started for that, with all ` +
            `that runs in it. What other people changed in the Swarm since then is lost`,
        ]
      : []),
    `on ${survivor}: docker swarm init --force-new-cluster --advertise-addr ${address}\n` +
      `     It goes on alone with what it knows of the site. Its own tasks, its edge among them, end and start again (about 3 s).`,
    newest
      ? `the label gets generation ${newest.generation}, the newest that is known, where it has an older one`
      : `no edge can be read: the label stays as ${survivor} has it`,
    ...(following.length > 0 ? [`${list(following)}: go on serving, and come back to it by themselves`] : []),
    `pulumi up --refresh --run-program${joining.length > 0 ? `, which joins ${list(joining)}` : ''}`,
  ];
  const dead = Object.entries(lost);
  return [
    backup
      ? 'No manager of this site has the state of its Swarm any more. To get it back:'
      : 'The managers of this site have no quorum. To get one back:',
    ...steps.map((step, index) => `  ${index + 1}. ${step}`),
    ...(dead.length > 0
      ? [
          'Taken for lost:',
          ...dead.map(([name, why]) => `  ${name}: ${why}`),
          "If these still run somewhere and see each other, they are the site's Swarm and this would make a second one: " +
            'then stop here, and mend the way to them.',
        ]
      : []),
  ];
}

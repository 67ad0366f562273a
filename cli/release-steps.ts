import { Command } from 'commander';
import type { SlotName } from '../config/site-config';
import { drain, type SlotUpdate } from '../edge/drain';
import { gate } from '../edge/gate';
import { roll } from '../edge/roll';
import { SiteContact } from '../edge/site-contact';
import { switchover, type SwitchoverReport } from '../edge/switchover';
import { readWantedRelease, type WantedRelease } from '../edge/wanted-release';

/** The steps of a release that `pulumi up` runs; not for a person's hands, so they are hidden in the help. */
export function releaseSteps(): Command[] {
  return [
    step(
      'drain',
      'Wait until nobody uses the idle slots that are about to change',
      async (wanted, contact) => {
        await drain(wanted, readUpdates(process.env['EVENKEEL_UPDATES'] ?? '[]'), contact, progress);
      },
    ),
    step('gate', 'Prove the candidates before the pointer may change', (wanted, contact) =>
      gate(wanted, contact, progress),
    ),
    step('roll', 'Take the nodes of services that roll to the slot that becomes live', (wanted, contact) =>
      roll(wanted, contact, progress),
    ),
    step('switchover', 'Bring every edge to the pointer of the label', async (wanted, contact) => {
      console.log(formatSwitchover(await switchover(wanted, contact, progress)));
    }),
  ];
}

/** One line for a person. */
export function formatSwitchover(report: SwitchoverReport): string {
  const { generation, edges, down, fenced, spread } = report;
  const flipped =
    spread === undefined
      ? 'no edge had to be flipped'
      : `spread between first and last edge ${spread.toFixed(1)} ms`;
  const out = [
    ...(down.length > 0 ? [`down: ${down.join(', ')}`] : []),
    ...(fenced.length > 0 ? [`fenced: ${fenced.join(', ')}`] : []),
  ];
  return [`generation ${generation} is live on ${edges.join(', ')}`, flipped, ...out].join('; ');
}

function step(
  name: string,
  description: string,
  run: (wanted: WantedRelease, contact: SiteContact) => Promise<void>,
): Command {
  return new Command(name).description(`${description} (run by pulumi up)`).action(async () => {
    const wanted = readWantedRelease(process.env);
    const contact = new SiteContact(wanted.site.nodes);
    try {
      await run(wanted, contact);
    } finally {
      contact.close();
    }
  });
}

/** Progress goes to standard error: Pulumi shows it, and standard output stays the result. */
function progress(line: string): void {
  console.error(line);
}

function readUpdates(text: string): SlotUpdate[] {
  return (JSON.parse(text) as string[]).map((each) => {
    const [service, slot] = each.split('/') as [string, SlotName];
    return { service, slot };
  });
}

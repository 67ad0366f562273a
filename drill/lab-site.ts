import { readSiteConfig } from '../config/read-site-config';
import type { Lab } from '../lab/lab';
import { checkoutDirectory } from '../lab/lab-directory';
import { labVariables } from '../lab/lab-variables';
import { SiteStack } from '../lab/site-stack';
import { readStackFile } from '../stack-file/stack-file';
import { DrillSite } from './drill-site';

/** What a steady public asks that leaves two cores room for three machines and Pulumi, in requests a second. */
const steadyRate = 150;

/** The lab's site: its machines are containers, whose power can be cut and given back. */
export async function labSite(lab: Lab, rate = steadyRate): Promise<DrillSite> {
  const stack = new SiteStack(lab, checkoutDirectory);
  if (!(await stack.read())) throw new Error('Nothing runs on the lab yet. Run: ./evenkeel lab');
  const config = readSiteConfig({ stack: stack.name, ...(await readStackFile(stack.configFile)).config() });
  return new DrillSite(config, {
    service: 'shop',
    path: '/',
    candidates: ['1.1.0-rc.1', '1.1.0-rc.2'],
    environment: labVariables(lab),
    rate,
    wholeWithin: 120_000,
    power: {
      cut: (_site, machine) => lab.stop(machine),
      restore: (machine) => lab.start(machine),
    },
  });
}

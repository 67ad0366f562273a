import { pulumiPath } from './pulumi-path';
import type { Lab } from './lab';
import { checkoutDirectory } from './lab-directory';
import { SiteStack } from './site-stack';

/** Environment variables with which `pulumi` and `evenkeel` work on the lab's stack, as they would on a user's own. */
export function labVariables(lab: Lab): Record<string, string> {
  const stack = new SiteStack(lab, checkoutDirectory);
  return {
    ...lab.pulumiVariables,
    PATH: pulumiPath(lab.pulumi),
    PULUMI_STACK: stack.name,
    EVENKEEL_CONFIG_FILE: stack.configFile,
    // The lab's registry has a CA of its own.
    NODE_EXTRA_CA_CERTS: lab.registry.caFile,
  };
}

import type { StackConfig } from '../../lab/site-stack';

/** Which lab a site stands on, and what it is made of, where that is not the usual. */
export interface StandingOptions {
  /** Name of the lab; default: the checkout's own. */
  name?: string;
  /** Name of the stack, and so of the site; default: `lab`. */
  stackName?: string;
  /** Makes another first config of the lab's own. */
  change?: (config: StackConfig) => StackConfig;
}

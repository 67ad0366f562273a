import * as pulumi from '@pulumi/pulumi';
import { observe } from './components/observe';
import { Site } from './components/site';
import { siteOutputs } from './components/site-outputs';
import { previewTokenHashes } from './components/preview-token';
import { refusal } from './components/refusal';
import { readPulumiConfig } from './components/pulumi-config';
import { haproxyCfg } from './edge/haproxy-cfg';
import { watchdogProgram } from './watchdog/watchdog-program';

/** The program: config, a look at what runs, the site, its outputs. */
export = async () => {
  const { config, secrets } = await readPulumiConfig();
  const cfg = haproxyCfg(config, previewTokenHashes(config, secrets));
  const observed = await observe(config, cfg, secrets);
  if (observed.refusals.length > 0) throw refusal(observed.refusals.join('\n\n'));
  for (const line of [...observed.news, ...observed.pending]) await pulumi.log.info(line);
  const program = config.watchdog && (await watchdogProgram());
  new Site(config.site, { config, haproxyCfg: cfg, secrets, observed, watchdogProgram: program });
  return siteOutputs(config, observed);
};

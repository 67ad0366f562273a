import * as pulumi from '@pulumi/pulumi';
import { observe } from './components/observe';
import { Site } from './components/site';
import { siteOutputs } from './components/site-outputs';
import { previewTokenHashes } from './components/preview-token';
import { refusal } from './components/refusal';
import { readPulumiConfig } from './components/pulumi-config';
import { haproxyCfg } from './edge/haproxy-cfg';

/** The program: config, a look at what runs, the site, its outputs. */
export = async () => {
  const { config, secrets } = await readPulumiConfig();
  // Until evenkeel:cloudflare says which zone it is: then `Site` gets `watchdog: { program: await watchdogProgram(), cloudflare }`.
  if (config.watchdog)
    throw refusal('evenkeel:watchdog needs evenkeel:cloudflare, which this version does not have.');
  const cfg = haproxyCfg(config, previewTokenHashes(config, secrets));
  const observed = await observe(config, cfg, secrets);
  if (observed.refusals.length > 0) throw refusal(observed.refusals.join('\n\n'));
  for (const line of [...observed.news, ...observed.pending]) await pulumi.log.info(line);
  new Site(config.site, { config, haproxyCfg: cfg, secrets, observed });
  return siteOutputs(config, observed);
};

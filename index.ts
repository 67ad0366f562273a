import * as pulumi from '@pulumi/pulumi';
import { observe } from './components/observe';
import { readTlsFiles } from './components/read-tls-files';
import { readWatchdogFiles } from './components/read-watchdog-files';
import { servesTls, Site } from './components/site';
import { siteOutputs } from './components/site-outputs';
import { previewTokenHashes } from './components/preview-token';
import { refusal } from './components/refusal';
import { readPulumiConfig } from './components/pulumi-config';
import { haproxyCfg } from './edge/haproxy-cfg';

/** The program: config, a look at what runs, the site, its outputs. */
export = async () => {
  const { config, secrets } = await readPulumiConfig();
  const cfg = haproxyCfg(config, previewTokenHashes(config, secrets));
  const material = servesTls(config) ? readTlsFiles(config) : undefined;
  const { watchdog, pool } = config;
  const watchdogFiles = watchdog && pool && (await readWatchdogFiles(pool, secrets));
  const observed = await observe(config, cfg, secrets, material);
  if (observed.refusals.length > 0) throw refusal(observed.refusals.join('\n\n'));
  for (const line of [...observed.news, ...observed.pending]) await pulumi.log.info(line);
  const { makeCertificate } =
    material && !material.own ? await import('./components/make-certificate.js') : {};
  new Site(config.site, {
    config,
    haproxyCfg: cfg,
    secrets,
    observed,
    material,
    makeCertificate,
    watchdogFiles,
  });
  return siteOutputs(config, observed);
};

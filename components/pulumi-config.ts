import * as pulumi from '@pulumi/pulumi';
import { ConfigError } from '../config/config-error';
import { readSiteConfig } from '../config/read-site-config';
import type { SiteConfig } from '../config/site-config';
import { refusal } from './refusal';

/**
 * The stack's config and the contents of `evenkeel:secrets`.
 *
 * The contents are plain strings here, since names and hashes are made of them; whoever gives one to a resource marks
 * it as a secret again.
 *
 * @throws pulumi.RunError listing all mistakes of the config.
 */
export async function readPulumiConfig(): Promise<{ config: SiteConfig; secrets: Record<string, string> }> {
  const values = new pulumi.Config();
  const secrets = await plain(values.getSecretObject<Record<string, string>>('secrets'));
  try {
    const config = readSiteConfig({
      stack: pulumi.getStack(),
      ssh: values.getObject('ssh'),
      nodes: values.getObject('nodes'),
      mesh: values.getObject('mesh'),
      services: values.getObject('services'),
      edge: values.getObject('edge'),
      release: values.getObject('release'),
      cloudflare: values.getObject('cloudflare'),
      pool: values.getObject('pool'),
      watchdog: values.getObject('watchdog'),
      messages: values.getObject('messages'),
      secretNames: Object.keys(secrets),
      keys: ownKeys(),
    });
    return { config, secrets };
  } catch (error) {
    if (error instanceof ConfigError) throw refusal(error.message);
    throw error;
  }
}

/** The keys of this stack under `evenkeel:`, so that a misspelt one is refused and not passed over. */
function ownKeys(): string[] {
  const prefix = `${pulumi.getProject()}:`;
  return Object.keys(pulumi.runtime.allConfig())
    .filter((key) => key.startsWith(prefix))
    .map((key) => key.slice(prefix.length));
}

function plain(secrets: pulumi.Output<Record<string, string>> | undefined): Promise<Record<string, string>> {
  if (!secrets) return Promise.resolve({});
  return new Promise((resolve) => secrets.apply(resolve));
}

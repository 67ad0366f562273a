// Not from the package's index: it takes ten times as long to load, and every `up` would pay for it.
import { Provider } from '@pulumi/cloudflare/provider';
import * as pulumi from '@pulumi/pulumi';
import type { CloudflareConfig } from '../config/site-config';

/** Arguments of `cloudflareProvider`. */
export interface CloudflareProviderArgs {
  cloudflare: CloudflareConfig;
  /** Contents of `evenkeel:secrets`. */
  secrets: Record<string, string>;
}

/** The provider of everything at Cloudflare. The token is a secret to Pulumi: it is encrypted in the state. */
export function cloudflareProvider(
  name: string,
  { cloudflare, secrets }: CloudflareProviderArgs,
  options: pulumi.ResourceOptions,
): Provider {
  const { token, apiUrl } = cloudflare;
  return new Provider(
    name,
    { apiToken: pulumi.secret(secrets[token]!), ...(apiUrl === undefined ? {} : { baseUrl: apiUrl }) },
    options,
  );
}

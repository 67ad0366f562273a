import type { Plugin } from '../provider/calls';
import { kindPlugin } from '../provider/kind-plugin';
import { isUnknown } from '../provider/special-value';
import { apiClient, type ApiClient } from './api-client';
import { CLOUDFLARE_VERSION } from './cloudflare-version';
import { dnsRecord } from './dns-record';
import { originCaCertificate } from './origin-ca-certificate';
import { originPullsSettings } from './origin-pulls-settings';
import { zoneSetting } from './zone-setting';

/** What the provider's configuration may have in it: `version` and the like come from the engine. */
const configKeys = ['apiToken', 'baseUrl', 'version', 'pluginDownloadURL'];

/** The stand-in of the cloudflare plugin, for the resources that Evenkeel uses. It speaks to whatever `baseUrl` names. */
export function cloudflarePlugin(): Plugin {
  let client: ApiClient | undefined;
  const api = (): ApiClient => {
    if (client !== undefined) return client;
    throw new Error('the cloudflare provider has no apiToken, nor is there a CLOUDFLARE_API_TOKEN');
  };
  return kindPlugin({
    version: CLOUDFLARE_VERSION,
    kinds: {
      'cloudflare:index/originCaCertificate:OriginCaCertificate': originCaCertificate(api),
      'cloudflare:index/zoneSetting:ZoneSetting': zoneSetting(api),
      'cloudflare:index/authenticatedOriginPullsSettings:AuthenticatedOriginPullsSettings':
        originPullsSettings(api),
      'cloudflare:index/dnsRecord:DnsRecord': dnsRecord(api),
    },
    checkConfig: (news) =>
      Object.keys(news)
        .filter((key) => !configKeys.includes(key) && !key.startsWith('__'))
        .map((property) => ({
          property,
          reason: `the lab's stand-in of the cloudflare plugin knows only "apiToken" and "baseUrl": use the official plugin`,
        })),
    configure(config) {
      const { apiToken = process.env['CLOUDFLARE_API_TOKEN'], baseUrl = process.env['CLOUDFLARE_BASE_URL'] } =
        config;
      const known = typeof apiToken === 'string' && apiToken !== '' && !isUnknown(apiToken);
      const baseURL = typeof baseUrl === 'string' ? { baseURL: baseUrl } : {};
      client = known ? apiClient({ apiToken, ...baseURL }) : undefined;
    },
  });
}

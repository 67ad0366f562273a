// Not from the package's index: see cloudflare-provider.ts.
import { AuthenticatedOriginPullsSettings } from '@pulumi/cloudflare/authenticatedOriginPullsSettings';
import type { Provider } from '@pulumi/cloudflare/provider';
import { ZoneSetting } from '@pulumi/cloudflare/zoneSetting';
import * as pulumi from '@pulumi/pulumi';
import type { CloudflareConfig } from '../config/site-config';
import { managedSettings } from './managed-settings';

/** Arguments of `Zone`. */
export interface ZoneArgs {
  cloudflare: CloudflareConfig;
  /** Speaks to the API. */
  provider: Provider;
}

/**
 * The settings of a zone at Cloudflare that the config names. A setting that is left alone has no resource; the end of
 * a resource leaves its setting as it is, since a zone has no setting that is not there.
 */
export class Zone extends pulumi.ComponentResource {
  /** The zone's ID. */
  readonly zoneId: string;

  constructor(name: string, { cloudflare, provider }: ZoneArgs, options?: pulumi.ComponentResourceOptions) {
    super('evenkeel:index:Zone', name, {}, options);
    const { zoneId, settings } = cloudflare;
    this.zoneId = zoneId;
    const rest = { parent: this, provider };
    for (const { settingId, value } of managedSettings(settings))
      new ZoneSetting(`${name}-${settingId.replaceAll('_', '-')}`, { zoneId, settingId, value }, rest);
    if (settings.originPulls !== 'leave') {
      const enabled = settings.originPulls === 'on';
      new AuthenticatedOriginPullsSettings(`${name}-origin-pulls`, { zoneId, enabled }, rest);
    }
    this.registerOutputs({ zoneId });
  }
}

import type { ZoneSettings } from '../config/site-config';

/** A setting as the API names it, and its value. */
export interface ManagedSetting {
  settingId: 'ssl' | 'min_tls_version' | 'always_use_https';
  value: string;
}

/** The zone settings that are not left alone, by the API's names (Cloudflare's API reference, Zones, Settings). */
export function managedSettings({ ssl, minTlsVersion, alwaysUseHttps }: ZoneSettings): ManagedSetting[] {
  const all: ManagedSetting[] = [
    { settingId: 'ssl', value: ssl },
    { settingId: 'min_tls_version', value: minTlsVersion },
    { settingId: 'always_use_https', value: alwaysUseHttps },
  ];
  return all.filter(({ value }) => value !== 'leave');
}

import type { CloudflareConfig, SiteConfig } from '../config/site-config';
import { haproxyCfg } from '../edge/haproxy-cfg';
import { goldenText } from '../test/golden-text';
import { runProgram, Secret } from '../test/registrations';
import { registrationsText } from '../test/registrations-text';
import { threeNodes } from '../test/sites';
import { cloudflareProvider } from './cloudflare-provider';
import { Site } from './site';
import { Zone } from './zone';

const cloudflare: CloudflareConfig = {
  zone: 'example.com',
  zoneId: '023e105f4ecef8ad9ca31a8372d0c353',
  token: 'cloudflare-token',
  settings: { ssl: 'strict', minTlsVersion: '1.2', alwaysUseHttps: 'on', originPulls: 'leave' },
};
const secrets = { 'cloudflare-token': 'not-a-token-of-anybody' };

function declare(config: CloudflareConfig) {
  return runProgram('home', () => {
    const provider = cloudflareProvider('cloudflare', { cloudflare: config, secrets }, {});
    new Zone('zone', { cloudflare: config, provider });
  });
}

/** A site on its first deploy. */
function deploy(config: SiteConfig) {
  const observed = { manager: 'pi1', astray: [], frozen: {}, attached: {}, updates: [], drift: '' };
  return runProgram(config.site, () => {
    new Site(config.site, { config, haproxyCfg: haproxyCfg(config, {}), secrets, observed });
  });
}

describe('Zone', () => {
  it('registers this by default, and origin pulls where they are named', async () => {
    const { registrations } = await declare({
      ...cloudflare,
      settings: { ...cloudflare.settings, originPulls: 'on' },
    });
    const text = registrationsText(registrations);
    expect(text).toBe(goldenText('zone.yaml', text));
  });

  it('has no resource for what is left alone', async () => {
    const settings = {
      ssl: 'leave',
      minTlsVersion: 'leave',
      alwaysUseHttps: 'leave',
      originPulls: 'leave',
    } as const;
    const { registrations } = await declare({ ...cloudflare, settings });
    expect(registrations.map(({ key }) => key)).toEqual([
      'evenkeel:index:Zone zone',
      'pulumi:providers:cloudflare cloudflare',
    ]);
  });

  it('gives the token to the provider alone, as a secret, and asks Cloudflare unless told another address', async () => {
    const providerOf = async (config: CloudflareConfig) => {
      const { registrations } = await declare(config);
      expect(
        JSON.stringify(registrations.filter(({ type }) => !type.startsWith('pulumi:providers'))),
      ).not.toContain(secrets['cloudflare-token']);
      return registrations.find(({ type }) => type === 'pulumi:providers:cloudflare')!.inputs;
    };
    const apiToken = new Secret('not-a-token-of-anybody');
    expect(await providerOf(cloudflare)).toEqual({ apiToken });
    const apiUrl = 'http://127.0.0.1:8080/client/v4';
    expect(await providerOf({ ...cloudflare, apiUrl })).toEqual({ apiToken, baseUrl: apiUrl });
  });
});

describe('Site', () => {
  it('has a zone only where the config has one, and then changes nothing else', async () => {
    const without = await deploy(threeNodes());
    const { registrations } = await deploy({ ...threeNodes(), cloudflare });
    const isOfZone = (key: string) => /Zone|cloudflare/.test(key);
    expect(without.registrations.filter(({ key }) => isOfZone(key))).toEqual([]);
    expect(registrations.filter(({ key }) => !isOfZone(key))).toEqual(without.registrations);
  });

  it('sets the zone after the edges, which it may ask for a certificate', async () => {
    const { events } = await deploy({ ...threeNodes(), cloudflare });
    const edge = events.indexOf('end docker:index/service:Service evenkeel-edge');
    const ssl = events.indexOf('start cloudflare:index/zoneSetting:ZoneSetting zone-ssl');
    expect(edge).toBeGreaterThan(0);
    expect(ssl).toBeGreaterThan(edge);
  });
});

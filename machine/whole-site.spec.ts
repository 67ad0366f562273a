import { threeNodes } from '../test/sites';
import type { SiteConfig } from '../config/site-config';
import { othersServe } from './whole-site';

/** A site of one machine, with a pool of edges of these sites. */
function oneMachine(...sites: string[]): SiteConfig {
  const three = threeNodes();
  return {
    ...three,
    site: 'fra',
    nodes: three.nodes.slice(0, 1),
    cloudflare: {
      ...{ zone: 'example.com', zoneId: '1', token: 'cloudflare-token' },
      settings: { ssl: 'leave', minTlsVersion: 'leave', alwaysUseHttps: 'leave', originPulls: 'leave' },
    },
    pool: {
      hostnames: ['shop.example.com'],
      edges: sites.map((site, index) => ({ site, node: 'pi1', addresses: [`203.0.113.${index + 1}`] })),
      ...{ proxied: true, ttl: 60_000, check: { scheme: 'https' } },
    },
  };
}

describe('othersServe', () => {
  it.each(['drain', 'reboot', 'update'] as const)(
    'lets a machine %s that is a site beside others',
    (step) => {
      expect(othersServe(step, oneMachine('home', 'fra'))).toBe(true);
    },
  );

  it.each(['replace', 'remove'] as const)('does not let it %s: it would be gone with its Swarm', (step) => {
    expect(othersServe(step, oneMachine('home', 'fra'))).toBe(false);
  });

  it('does not where the pool does not lead to others, or not to it, or is none', () => {
    expect(othersServe('drain', oneMachine('fra'))).toBe(false);
    expect(othersServe('drain', oneMachine('home', 'nyc'))).toBe(false);
    expect(othersServe('drain', { ...oneMachine('home', 'fra'), pool: undefined })).toBe(false);
    expect(othersServe('drain', { ...oneMachine('home', 'fra'), cloudflare: undefined })).toBe(false);
  });
});

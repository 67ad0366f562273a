import { labToken } from '../lab/cloudflare/stand-in';
import { startCloudflare, type Cloudflare } from '../lab/cloudflare/start-cloudflare';
import { lookAtDns } from '../machine/leave-dns';
import { cloudflareWith, threeNodes } from '../test/sites';
import type { SiteConfig } from '../config/site-config';
import { edgeInDns } from './edge-in-dns';

let token: string | Error;
let reads: number;

jest.mock('./read-secret', () => ({
  readSecret: () => {
    reads++;
    return token instanceof Error ? Promise.reject(token) : Promise.resolve(token);
  },
}));

describe('edgeInDns', () => {
  const place = { stack: 'home', fullName: 'home', file: 'Pulumi.home.yaml', projectDirectory: '.' };
  let cloudflare: Cloudflare;
  let site: SiteConfig;
  beforeEach(async () => {
    cloudflare = await startCloudflare();
    [token, reads] = [labToken, 0];
    site = {
      ...threeNodes(),
      site: 'home',
      cloudflare: cloudflareWith({
        zoneId: cloudflare.standIn.zoneId('example.com'),
        apiUrl: cloudflare.url,
      }),
      pool: {
        hostnames: ['shop.example.com'],
        edges: [
          { site: 'home', node: 'pi1', addresses: ['203.0.113.7'] },
          { site: 'fra', node: 'pi2', addresses: ['198.51.100.7'] },
        ],
        proxied: false,
        ttl: 60_000,
        check: { scheme: 'https' },
      },
    };
  });
  afterEach(() => cloudflare.stop());

  it('asks the API with the token, which is read once, when it is needed', async () => {
    const dns = edgeInDns(place, site, 'pi1')!;
    expect(dns.edge).toEqual({ id: 'home/pi1', ...site.pool!.edges[0] });
    expect(reads).toBe(0);
    for (let look = 0; look < 2; look++)
      expect(await lookAtDns(dns)).toEqual({ mayGo: [], last: [], others: [] });
    expect(reads).toBe(1);
    expect(cloudflare.standIn.calls().total).toBe(2);
  });

  it('fails with the reason when the token can’t be read, or is refused', async () => {
    token = new Error('no passphrase');
    await expect(lookAtDns(edgeInDns(place, site, 'pi1')!)).rejects.toThrow('no passphrase');
    token = 'another';
    await expect(lookAtDns(edgeInDns(place, site, 'pi1')!)).rejects.toThrow(/403|Invalid|401/i);
  });

  it('is nothing where the node has no edge in the pool, or the site no pool', () => {
    expect(edgeInDns(place, site, 'pi2')).toBeUndefined();
    expect(edgeInDns(place, { ...site, pool: undefined }, 'pi1')).toBeUndefined();
    expect(edgeInDns(place, { ...site, cloudflare: undefined }, 'pi1')).toBeUndefined();
  });
});

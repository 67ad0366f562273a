import { threeNodes, tlsWith } from '../test/sites';
import { publicLoad } from './public-load';

describe('publicLoad', () => {
  const site = threeNodes();
  const of = (edge: Partial<typeof site.edge>, tls?: Parameters<typeof publicLoad>[3]) =>
    publicLoad({ ...site, edge: { ...site.edge, ...edge } }, 'shop', 'pi2', tls);

  it('asks the edges that are not hit, where they share no address', () => {
    expect(of({ ports: { http: 8080 } })).toEqual({
      targets: [
        { name: 'pi1', origin: 'http://192.168.1.11:8080' },
        { name: 'pi3', origin: 'http://192.168.1.13:8080' },
      ],
      host: 'shop.example.com',
    });
  });

  it('leaves out what is no edge, or in maintenance', () => {
    const nodes = site.nodes.map((node, index) => ({
      ...node,
      ...(index === 0 ? { maintenance: true } : { roles: ['worker' as const, 'edge' as const] }),
    }));
    const { targets } = publicLoad({ ...site, nodes }, 'shop', 'pi2');
    expect(targets).toEqual([{ name: 'pi3', origin: 'http://192.168.1.13:80' }]);
  });

  it('asks the address that they share', () => {
    const sharedAddresses = [{ place: 'home', address: 'fd00::9' }];
    expect(of({ sharedAddresses }).targets).toEqual([{ name: 'shared', origin: 'http://[fd00::9]:80' }]);
  });

  it('comes over TLS where the edges have it, as the public does: plain HTTP is sent there', () => {
    const tls = { servername: 'shop.example.com', fingerprints: ['0A'] };
    const edge = { tls: tlsWith({ selfSigned: { validity: 90 } }) };
    const targets = [
      { name: 'pi1', origin: 'https://192.168.1.11:443' },
      { name: 'pi3', origin: 'https://192.168.1.13:443' },
    ];
    expect(of(edge, tls)).toEqual({ targets, host: 'shop.example.com', tls });
    const own = of({ ...edge, ports: { http: 80, https: 8443 } }, tls).targets[0];
    expect(own).toEqual({ name: 'pi1', origin: 'https://192.168.1.11:8443' });
  });
});

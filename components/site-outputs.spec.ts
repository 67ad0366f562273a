import { fiveNodes, threeNodes } from '../test/sites';
import { digestOf } from '../test/pointers';
import { siteOutputs } from './site-outputs';

describe('siteOutputs', () => {
  it('has the address of each edge as a browser takes it, for every kind of address', () => {
    expect(siteOutputs(fiveNodes(), { pending: [] }).edges).toEqual({
      pi1: 'http://192.168.1.11:8000',
      pi2: 'http://192.168.1.12:8000',
      vps1: 'http://[2001:db8::31]:8000',
    });
  });

  it('has the addresses that edges share, by place', () => {
    expect(siteOutputs(fiveNodes(), { pending: [] }).sharedAddresses).toEqual({
      home: ['http://192.168.1.10:8000'],
    });
    expect(siteOutputs(threeNodes(), { pending: [] }).sharedAddresses).toEqual({});
  });

  it('leaves out the port that everybody knows', () => {
    const site = threeNodes();
    const nodes = [{ ...site.nodes[0]!, address: '2001:db8::31' }, ...site.nodes.slice(1)];
    const { edges, services } = siteOutputs({ ...site, nodes }, { pending: [] });
    expect(edges['pi1']).toBe('http://[2001:db8::31]');
    expect(services['shop']!.url).toBe('http://shop.example.com');
  });

  it('has the first path of a service that has not all of its host name', () => {
    const site = threeNodes();
    const services = [{ ...site.services[0]!, paths: ['/shop', '/basket'] }];
    const outputs = siteOutputs({ ...site, services }, { pending: [] });
    expect(outputs.services['shop']!.url).toBe('http://shop.example.com/shop');
  });

  it('calls no candidate what was live before', () => {
    const site = threeNodes();
    const previous = { version: '1.4.0', digest: digestOf('a') };
    const green = { version: '1.5.0', digest: digestOf('b') };
    const shop = { live: 'green' as const, canary: 0, blue: previous, green, previous };
    const release = { ...site.release, services: { shop } };
    const outputs = siteOutputs({ ...site, release }, { pending: [] });
    expect(outputs.services['shop']).not.toHaveProperty('candidate');
  });

  it('says for each service where it is, what is live and what is a candidate, and what waits', () => {
    const { generation, services, pending } = siteOutputs(fiveNodes(), { pending: ['green of shop waits'] });
    expect(generation).toBe(12);
    expect(services['shop']).toEqual({
      url: 'http://shop.example.com:8000',
      preview: 'http://next.shop.example.com:8000',
      live: 'green',
      canary: 10,
      blue: '1.6.0-rc.1',
      green: '1.5.0',
      candidate: '1.6.0-rc.1',
    });
    expect(pending).toEqual(['green of shop waits']);
  });
});

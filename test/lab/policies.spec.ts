import { join } from 'node:path';
import { checkoutDirectory } from '../../lab/lab-directory';
import { TestSite } from './test-site';

const pack = ['--policy-pack', join(checkoutDirectory, 'policies')];

describe('the policy pack under the real engine', () => {
  let site: TestSite;
  beforeAll(async () => {
    site = await TestSite.standing('1.0.0');
  }, 300_000);

  afterAll(() => site.stack.write(site.config));

  it('lets a good site pass', async () => {
    const { code, output } = await site.stack.preview(pack);
    expect(output).not.toContain('[mandatory]');
    expect(code).toBe(0);
  }, 300_000);

  it('stops a password in the environment of a service at preview, by the name of its key and not with its value', async () => {
    const change = structuredClone(site.config);
    change.services[0]!['env'] = { SHOP_PASSWORD: 'hunter2-hunter2' };
    // A service of its own, since the live slot of shop is frozen and keeps its inputs.
    change.services.push({
      ...change.services[0]!,
      name: 'mail',
      hostnames: ['mail.example.com'],
      slotPorts: { blue: 18090, green: 18091 },
    });
    change.release.services['mail'] = {
      live: 'blue',
      canary: 0,
      blue: site.stack.release('1.0.0'),
    };
    change.release.generation += 1;
    await site.stack.write(change);
    const { code, output } = await site.stack.preview(pack);
    expect(code).not.toBe(0);
    expect(output).toContain('no-plain-secrets');
    expect(output).toContain('SHOP_PASSWORD');
    expect(output.replace(/evenkeel:services.*/g, '')).not.toMatch(/mandatory.*hunter2/);
  }, 300_000);

  it('stops a site with one edge at preview', async () => {
    const change = structuredClone(site.config);
    change.nodes = change.nodes.map((node, index) =>
      index === 0 ? node : { ...node, roles: ['manager', 'worker'] },
    );
    // One edge alone shares no address, which config itself refuses.
    delete change.edge['sharedAddresses'];
    await site.stack.write(change);
    const { code, output } = await site.stack.preview(pack);
    expect(code).not.toBe(0);
    expect(output).toContain('odd-managers-two-edges');
  }, 300_000);
});

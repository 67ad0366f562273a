import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Demonstration } from '../../lab/demonstration';
import { checkoutDirectory } from '../../lab/lab-directory';
import { TestSite } from './test-site';

describe('./evenkeel lab', () => {
  it('releases a new version under at least 20,000 requests, loses none, shows no wrong one, and says where to look', async () => {
    const site = await TestSite.standing('1.0.0');
    const { stdout, stderr } = await promisify(execFile)(join(checkoutDirectory, 'evenkeel'), [
      'lab',
      '--json',
    ]);
    const result = JSON.parse(stdout) as Demonstration;
    expect(result).toMatchObject({
      from: '1.0.0',
      to: '1.1.0-rc.1',
      lost: 0,
      wrong: 0,
      host: 'shop.example.com',
    });
    expect(result.requests).toBeGreaterThanOrEqual(20_000);
    expect(result.spread).toBeGreaterThan(0);
    expect(Object.keys(result.edges)).toEqual(site.lab.machines.map(({ name }) => name));
    expect(stderr).toContain(`docker ${site.lab.plugins.docker.version} (${site.lab.plugins.docker.source})`);
    expect(stderr).toMatch(/latency: p50 [\d.]+ ms, p99 [\d.]+ ms/);
    expect(await site.versions()).toEqual(site.everywhere('1.1.0-rc.1'));
  }, 400_000);
});

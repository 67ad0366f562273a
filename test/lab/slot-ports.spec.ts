import { TestSite } from './test-site';
import { until } from './until';

describe('a slot port', () => {
  let site: TestSite;
  beforeAll(async () => {
    site = await TestSite.standing('1.0.0');
  }, 300_000);

  const curl = (machine: string, address: string) =>
    site.lab.exec(machine, [
      'curl',
      '-sS',
      '--max-time',
      '3',
      '-o',
      '/dev/null',
      '-w',
      '%{http_code}',
      `http://${address}:18080/alive`,
    ]);

  it("is open to the site's own nodes", async () => {
    for (const from of ['pi1', 'pi2', 'pi3'])
      expect((await curl(from, site.address('pi2'))).stdout).toBe('200');
  });

  it('is closed to a machine that is not of the site, which the public port is not', async () => {
    const { stdout, code } = await curl('outsider', site.address('pi2'));
    expect(stdout).toBe('000');
    expect(code).not.toBe(0);
    const open = await site.lab.exec('outsider', [
      'curl',
      '-sS',
      '-o',
      '/dev/null',
      '-w',
      '%{http_code}',
      '-H',
      'Host: shop.example.com',
      `http://${site.address('pi2')}/`,
    ]);
    expect(open.stdout).toBe('200');
  });

  it('is still closed after the machine has booted again', async () => {
    await site.lab.stop('pi2');
    await site.lab.start('pi2');
    await until(
      'the slot on pi2 answers again',
      () => curl('pi1', site.address('pi2')),
      ({ stdout }) => stdout === '200',
    );
    expect((await curl('outsider', site.address('pi2'))).stdout).toBe('000');
  }, 300_000);

  it('is not the only closed one: HAProxy has no port beside the public one', async () => {
    const ports = await site.lab.exec('outsider', [
      'sh',
      '-c',
      `for p in 8080 8404 9999; do curl -s --max-time 2 -o /dev/null http://${site.address('pi1')}:$p/ && echo $p; done; true`,
    ]);
    expect(ports.stdout).toBe('');
  }, 300_000);
});

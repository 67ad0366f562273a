import { haproxyCfg } from '../../edge/haproxy-cfg';
import { awaitServersScript } from '../../edge/haproxy-cfg/await-servers';
import { leavingScript } from '../../edge/haproxy-cfg/leaving';
import { awaitServersFile, edgeDirectory, leavingScriptFile } from '../../edge/edge-paths';
import { readLab, type Lab } from '../../lab/lab';
import { run } from '../../lab/run';
import type { SiteConfig } from '../../config/site-config';
import { fiveNodes, threeNodes } from '../sites';

jest.setTimeout(300_000);

describe('haproxyCfg, in the HAProxy of the lab’s edges', () => {
  let lab: Lab;

  beforeAll(async () => {
    const found = await readLab();
    if (!found) throw new Error('the lab is not up: ./evenkeel lab');
    lab = found;
  });

  /** `haproxy -c` in a container of the edge's image, which is gone afterwards. */
  function check(cfg: string) {
    const image = Object.values(lab.pushed).find(({ digest }) => lab.edgeImage.endsWith(digest))!.id;
    const steps = [
      `mkdir -p ${edgeDirectory}`,
      `echo 'generation 1' >${edgeDirectory}/pointer.map`,
      `echo 1 >${edgeDirectory}/server-state`,
      `echo "${awaitServersScript}" >${awaitServersFile}`,
      `echo "${leavingScript}" >${leavingScriptFile}`,
      'cat >/tmp/haproxy.cfg',
      'haproxy -c -f /tmp/haproxy.cfg',
    ];
    const command = [
      '--network',
      'none',
      '--user',
      '0',
      '--entrypoint',
      'sh',
      image,
      '-c',
      steps.join(' && '),
    ];
    return run([...lab.docker, 'run', '--rm', '--interactive', ...command], { input: cfg });
  }

  /** A page as long as config allows, with all that means something to HAProxy, and more allowed clients than words fit in a line. */
  function withMaintenance(): SiteConfig {
    const special = `# ' " \\ \\n \\x41 $HOME \${HOME} %[src] %%\r\n\t€`;
    const maintenance = {
      page: special.padEnd(8000, '"'),
      retryAfter: 60_000,
      allow: ['2001:db8::/32', ...Array.from({ length: 100 }, (_, index) => `10.0.${index}.0/24`)],
    };
    const site = threeNodes();
    return { ...site, services: site.services.map((service) => ({ ...service, maintenance })) };
  }

  it.each([
    ['three nodes', threeNodes, {}],
    ['a page for maintenance and clients that it is not for', withMaintenance, {}],
    ['five nodes, a preview address, IPv6', fiveNodes, { 'shop-preview-token': 'C0FFEE'.padEnd(64, '0') }],
  ])('is taken without a warning: %s', async (_, site, tokens) => {
    const { code, stdout, stderr } = await check(haproxyCfg(site(), tokens));
    expect({ code, said: `${stdout}${stderr}`.trim() }).toEqual({
      code: 0,
      said: 'Configuration file is valid',
    });
  });

  it('would be refused with a mistake in it', async () => {
    const { code, stderr } = await check(
      haproxyCfg(threeNodes(), {}).replace('balance roundrobin', 'balance fair'),
    );
    expect(code).toBe(1);
    expect(stderr).toContain('balance');
  });
});

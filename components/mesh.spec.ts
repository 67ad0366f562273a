import { haproxyCfg } from '../edge/haproxy-cfg';
import type { SiteConfig } from '../config/site-config';
import { runProgram, type ProgramRun, type Registration } from '../test/registrations';
import { meshedNodes, threeNodes } from '../test/sites';
import { Site } from './site';

function deploy(config: SiteConfig, meshDrift: readonly string[] = []): Promise<ProgramRun> {
  const observed = {
    ...{ manager: 'pi1', astray: [], frozen: {}, attached: {}, updates: [], drift: '' },
    meshDrift,
  };
  return runProgram(config.site, () => {
    new Site(config.site, { config, haproxyCfg: haproxyCfg(config, {}), secrets: {}, observed });
  });
}

const command = ({ registrations }: ProgramRun, name: string): Registration =>
  registrations.find((each) => each.key === `command:local:Command ${name}`)!;

describe('meshCommand', () => {
  let run: ProgramRun;
  beforeAll(async () => {
    run = await deploy(meshedNodes());
  });

  it('is not there without a mesh', async () => {
    expect(command(await deploy(threeNodes()), 'mesh')).toBeUndefined();
  });

  it('comes when all machines are set up, and before any joins the Swarm', () => {
    const order = [
      ...['pi1', 'pi2', 'pi3'].map((name) => `end command:local:Command ${name}-set-up`),
      'start command:local:Command mesh',
      'end command:local:Command mesh',
      'start command:local:Command pi1-member',
    ].map((event) => run.events.indexOf(event));
    expect(order).not.toContain(-1);
    expect(Math.max(...order.slice(0, 3))).toBeLessThan(order[3]!);
    expect(order.slice(3)).toEqual(order.slice(3).sort((a, b) => a - b));
  });

  it('has the nodes in its inputs and no key, so that no release runs it again', async () => {
    const { inputs, ignoreChanges } = command(run, 'mesh');
    expect(inputs).toMatchObject({ create: './evenkeel machine mesh', environment: { EVENKEEL_DRIFT: '' } });
    expect(ignoreChanges).toEqual(['environment.EVENKEEL_DRIFT']);
    const config = meshedNodes();
    const later = await deploy({ ...config, release: { ...config.release, generation: 2 } });
    expect(command(later, 'mesh')).toEqual(command(run, 'mesh'));
  });

  it('runs again when the mesh is not as it should be', async () => {
    const { inputs, ignoreChanges } = command(await deploy(meshedNodes(), ['pi1: has no key']), 'mesh');
    const { EVENKEEL_DRIFT } = inputs['environment'] as Record<string, string>;
    expect(EVENKEEL_DRIFT).toMatch(/^[0-9a-f]{16}$/);
    expect(ignoreChanges).toEqual([]);
  });

  it('leaves SSH at the own addresses, and has all else in the mesh', () => {
    const provider = run.registrations.find(({ type }) => type === 'pulumi:providers:docker')!;
    expect(provider.inputs).toMatchObject({ host: 'ssh://root@192.168.1.11:22' });
    const cfg = haproxyCfg(meshedNodes(), {});
    expect(cfg).not.toMatch(/192\.168\.1\.|203\.0\.113\./);
    expect(cfg.match(/10\.90\.0\.[123]:(80|18080|18081)\b/g)!.length).toBeGreaterThan(9);
  });
});

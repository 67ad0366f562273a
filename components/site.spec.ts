import type { SiteConfig } from '../config/site-config';
import { haproxyCfg } from '../edge/haproxy-cfg';
import { haproxyLabel, pointerLabel } from '../edge/entry-command';
import { slotServiceName } from '../edge/candidate';
import { compare } from '../release/compare';
import { pointerFromConfig, slotNames, type Pointer } from '../release/pointer';
import { goldenText } from '../test/golden-text';
import { digestOf } from '../test/pointers';
import { runProgram, Secret, type ProgramRun, type Registration } from '../test/registrations';
import { registrationsText } from '../test/registrations-text';
import { fiveNodes, fiveNodesSecrets, threeNodes } from '../test/sites';
import { previewTokenHashes } from './preview-token';
import { Site, type Observation } from './site';

/** Registers a site, as `index.ts` does, on which `label` is the pointer that runs; undefined before the first deploy. */
function deploy(
  config: SiteConfig,
  label?: Pointer,
  observed: Partial<Observation> = {},
  secrets: Record<string, string> = {},
): Promise<ProgramRun> {
  const { frozen } = compare(pointerFromConfig(config.release), {
    label,
    edges: label ? [label] : [],
    templateChanges: false,
  });
  const observation = {
    manager: config.nodes[0]!.name,
    astray: [],
    frozen,
    attached: {},
    updates: [],
    drift: '',
    ...observed,
  };
  const cfg = haproxyCfg(config, previewTokenHashes(config, secrets));
  return runProgram(config.site, () => {
    new Site(config.site, { config, haproxyCfg: cfg, secrets, observed: observation });
  });
}

const blue = { version: '1.4.2', digest: digestOf('a') };
const green = { version: '1.5.0', digest: digestOf('b') };

/** `threeNodes`, of which the second generation runs: blue is live, green has the candidate. */
const running: SiteConfig = {
  ...threeNodes(),
  release: { generation: 2, services: { shop: { live: 'blue', canary: 0, blue, green } } },
};
const label = pointerFromConfig(running.release);

/** The same site, with green live. */
const switched: SiteConfig = {
  ...running,
  release: { generation: 3, services: { shop: { ...running.release.services['shop']!, live: 'green' } } },
};

function find({ registrations }: ProgramRun, name: string): Registration {
  const found = registrations.filter((each) => each.name === name && !each.type.startsWith('evenkeel:'));
  expect(found).toHaveLength(1);
  return found[0]!;
}

/** The labels of the edges' Swarm service. */
function labelsOf(run: ProgramRun): { label: string; value: string }[] {
  return find(run, 'evenkeel-edge').inputs['labels'] as { label: string; value: string }[];
}

/** All that restarts the edges when it changes. */
function templateOf(run: ProgramRun): Record<string, unknown> {
  return { ...find(run, 'evenkeel-edge').inputs, labels: undefined };
}

/** Names of the resources that are not registered in the same way by both. */
function changed(before: ProgramRun, after: ProgramRun): string[] {
  const text = (run: ProgramRun) =>
    new Map(run.registrations.map((each) => [each.name, JSON.stringify(each)]));
  const [old, now] = [text(before), text(after)];
  return [...new Set([...old.keys(), ...now.keys()])]
    .filter((name) => old.get(name) !== now.get(name))
    .sort();
}

describe('Site', () => {
  /** An `up` that has nothing to do, one that gives green another candidate, and a switch. */
  let quiet: ProgramRun;
  let update: ProgramRun;
  let change: ProgramRun;

  beforeAll(async () => {
    quiet = await deploy(running, label);
    update = await deploy(running, label, { updates: ['shop/green'] });
    change = await deploy(switched, label);
  });

  it('registers this for three nodes on their first deploy', async () => {
    const { registrations } = await deploy(threeNodes());
    const text = registrationsText(registrations);
    expect(text).toBe(goldenText('site-3-nodes.yaml', text));
  });

  it('registers this for a switch: the slot that still serves is frozen, whatever the config wants of it', async () => {
    const { registrations } = await deploy(switched, label, { drift: '0123456789abcdef' });
    const text = registrationsText(registrations);
    expect(text).toBe(goldenText('site-3-nodes-switch.yaml', text));
  });

  it('registers this for five nodes with two services, a preview address, secrets and a canary share', async () => {
    const config = fiveNodes();
    const { shop, blog } = pointerFromConfig(config.release).services;
    const runs = {
      shop: { ...shop!, canary: 0, digests: { ...shop!.digests, blue: digestOf('0') } },
      blog: blog!,
    };
    const { registrations } = await deploy(
      config,
      { generation: 11, services: runs },
      { manager: 'pi2', updates: ['shop/blue'] },
      fiveNodesSecrets,
    );
    const text = registrationsText(registrations);
    expect(text).toBe(goldenText('site-5-nodes.yaml', text));
  });

  it('registers this for a switch of a service that rolls: its nodes change between the gate and the label', async () => {
    const services = switched.services.map((service) => ({ ...service, strategy: 'rolling' as const }));
    const { registrations, events } = await deploy({ ...switched, services }, label);
    const text = registrationsText(registrations);
    expect(text).toBe(goldenText('site-3-nodes-rolling.yaml', text));
    const order = [
      'end command:local:Command gate',
      'start command:local:Command roll',
      'end command:local:Command roll',
      'start docker:index/service:Service evenkeel-edge',
    ].map((event) => events.indexOf(event));
    expect(order).toEqual([...order].sort((a, b) => a - b));
    expect(order).not.toContain(-1);
  });

  it('takes each step only when the one before is done', () => {
    const { events } = update;
    const at = (event: string) => {
      expect(events).toContain(event);
      return events.indexOf(event);
    };
    const command = (name: string) => `command:local:Command ${name}`;
    const service = (name: string) => `docker:index/service:Service ${name}`;
    const steps = [
      [command('pi1-set-up')],
      [command('pi1-member')],
      [command('pi2-member')],
      [command('pi3-member')],
      ['pulumi:providers:docker swarm-docker'],
      [command('drain')],
      [service('shop-blue'), service('shop-green')],
      [command('gate')],
      [service('evenkeel-edge')],
      [command('switchover')],
    ];
    for (const [index, step] of steps.slice(1).entries())
      for (const before of steps[index]!)
        for (const after of step) expect(at(`end ${before}`)).toBeLessThan(at(`start ${after}`));
  });

  it('changes with a switch the edge’s labels, gate and switchover, and nothing else but what drain is told', () => {
    const [before, after] = [quiet, change];
    expect(changed(before, after)).toEqual(['drain', 'evenkeel-edge', 'gate', 'switchover']);
    expect(find(after, 'drain').ignoreChanges).toEqual(['environment']); // so it does not run
    const differing = labelsOf(after).filter(({ value }, index) => value !== labelsOf(before)[index]!.value);
    expect(differing.map((each) => each.label)).toEqual([pointerLabel]);
    expect(templateOf(after)).toEqual(templateOf(before));
  });

  it('changes with a timeout of HAProxy’s the label with its config, and not the template: edges reload', async () => {
    const timeouts = { ...running.edge.timeouts, server: 31_000 };
    const slower = { ...running, edge: { ...running.edge, timeouts } };
    const [before, after] = [quiet, await deploy(slower, label)];
    expect(changed(before, after)).toEqual(['drain', 'evenkeel-edge', 'gate', 'switchover']);
    const kept = (run: ProgramRun) => labelsOf(run).filter((each) => each.label !== haproxyLabel);
    expect(kept(after)).toEqual(kept(before));
    expect(templateOf(after)).toEqual(templateOf(before));
  });

  it('freezes of a pair the slot that the label calls live, whatever the config wants, and no other', async () => {
    const shop = label.services['shop']!;
    const back = await deploy(
      { ...running, release: { ...running.release, generation: 4 } },
      { generation: 3, services: { shop: { ...shop, live: 'green' } } },
    );
    const frozenIn = (run: ProgramRun) =>
      slotNames.filter((slot) => find(run, slotServiceName('shop', slot)).ignoreChanges.includes('*'));
    expect([quiet, change, back].map(frozenIn)).toEqual([['blue'], ['blue'], ['green']]);
  });

  it('runs drain when a slot changes, and only then', () => {
    expect(find(quiet, 'drain').ignoreChanges).toEqual(['environment']);
    expect(find(update, 'drain').ignoreChanges).toEqual([]);
    expect(find(update, 'drain').inputs['environment']).toMatchObject({ EVENKEEL_UPDATES: '["shop/green"]' });
  });

  it('runs gate and switchover again on any drift, and does not when the drift is gone', async () => {
    const drifting = await deploy(running, label, { drift: '0123456789abcdef' });
    for (const step of ['gate', 'switchover']) {
      expect(find(drifting, step).inputs['environment']).toMatchObject({
        EVENKEEL_DRIFT: '0123456789abcdef',
      });
      expect(find(drifting, step).ignoreChanges).toEqual([]);
      expect(find(quiet, step).ignoreChanges).toEqual(['environment.EVENKEEL_DRIFT']);
    }
  });

  it('leaves a node in maintenance as it is', async () => {
    const run = await deploy(fiveNodes(), undefined, {}, fiveNodesSecrets);
    for (const step of ['pi3-set-up', 'pi3-member']) expect(find(run, step).ignoreChanges).toEqual(['*']);
    for (const step of ['pi1-set-up', 'vps2-set-up']) expect(find(run, step).ignoreChanges).toEqual([]);
  });

  it('joins a node again that has strayed, and no other', async () => {
    const run = await deploy(running, label, { astray: ['pi2'] });
    const driftOf = (name: string) =>
      (find(run, name).inputs['environment'] as Record<string, string>)['EVENKEEL_DRIFT'];
    expect(find(run, 'pi2-member').ignoreChanges).toEqual([]);
    expect(driftOf('pi2-member')).toMatch(/^\d{4}-\d\d-\d\dT/);
    expect(find(run, 'pi1-member').ignoreChanges).toEqual(['environment.EVENKEEL_DRIFT']);
    expect(driftOf('pi1-member')).toBe('');
  });

  it('speaks to the manager that answered', async () => {
    const run = await deploy(running, label, { manager: 'pi2' });
    expect(find(run, 'swarm-docker').inputs['host']).toBe('ssh://root@192.168.1.12:22');
  });

  it('makes a new Swarm secret before it deletes the one that a slot still has', async () => {
    const { registrations } = await deploy(fiveNodes(), undefined, {}, fiveNodesSecrets);
    const secrets = registrations.filter(({ type }) => type === 'docker:index/secret:Secret');
    expect(secrets.map((each) => each.deleteBeforeReplace)).toEqual([false, false]);
  });

  it('gives no secret to anything but a Swarm secret, and there marks it as one', async () => {
    const { registrations } = await deploy(fiveNodes(), undefined, {}, fiveNodesSecrets);
    const holders = registrations.filter(({ inputs }) =>
      Object.values(fiveNodesSecrets).some((secret) =>
        [secret, Buffer.from(secret).toString('base64')].some((text) =>
          JSON.stringify(inputs).includes(text),
        ),
      ),
    );
    expect(holders.map(({ name }) => name)).toEqual([
      'shop-blue-shop-db-password',
      'shop-green-shop-db-password',
    ]);
    for (const { inputs } of holders) {
      expect(inputs['data']).toBeInstanceOf(Secret);
      expect(JSON.stringify({ ...inputs, data: undefined })).not.toContain('correct horse');
    }
  });
});

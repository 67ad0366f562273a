import type { ReleaseConfig, SiteConfig } from '../config/site-config';
import { backendName } from '../edge/haproxy-cfg';
import type { ServerStat } from '../edge/runtime-api';
import type { SwarmNode, SwarmTask } from '../edge/swarm-state';
import { pointerFromConfig, slotNames, type Pointer } from '../release/pointer';
import { digestOf } from '../test/pointers';
import { threeNodes } from '../test/sites';
import type { EdgeReading, SiteReading, SwarmReading } from './site-reading';

/** For specs: the hash of the haproxy.cfg that label and edges have. */
export const cfgHash = '97b489017d79d112';

/** For specs: shop after a switch to 1.5.0-rc.1 (green); blue is still warm with 1.4.2. */
export const switched: ReleaseConfig = {
  generation: 7,
  services: {
    shop: {
      live: 'green',
      canary: 0,
      blue: { version: '1.4.2', digest: digestOf('a') },
      green: { version: '1.5.0-rc.1', digest: digestOf('b') },
      previous: { version: '1.4.2', digest: digestOf('a') },
    },
  },
};

/** For specs: `threeNodes` with this release. */
export function siteWith(release: ReleaseConfig): SiteConfig {
  return { ...threeNodes(), release };
}

/** For specs: what is read of a site on which all is as this config wants it, through pi1. */
export function readingOf(config: SiteConfig): SiteReading {
  const pointer = pointerFromConfig(config.release);
  return {
    at: '2026-08-01T12:03:22.000Z',
    swarm: swarmOf(config, pointer),
    unreachable: {},
    edges: ['pi1', 'pi2', 'pi3'].map((node) => edgeOf(node, structuredClone(pointer))),
  };
}

/** For specs: an edge that has this pointer and finds every server of shop healthy. */
export function edgeOf(node: string, pointer: Pointer): EdgeReading {
  return {
    node,
    worker: { container: containerOf(node).slice(0, 12), haproxyCfg: cfgHash, pointer },
    stats: [
      ...slotNames.flatMap((slot) =>
        ['pi1', 'pi2', 'pi3'].map((server) => stat(backendName('shop', slot), server)),
      ),
      { backend: 'shop-blue', server: 'BACKEND', status: 'UP', check: '', sessions: 0 },
    ],
  };
}

/** For specs: a line of `show stat`. */
export function stat(backend: string, server: string, status = 'UP', check = 'L7OK'): ServerStat {
  return { backend, server, status, check, sessions: 0 };
}

/** For specs: an entry of the Swarm. */
export function swarmNode(name: string, changes: Partial<SwarmNode> = {}): SwarmNode {
  return {
    id: `id-of-${name}`,
    name,
    hostname: name,
    address: '192.168.1.11',
    role: 'manager',
    state: 'ready',
    availability: 'active',
    reachability: 'reachable',
    labels: { 'evenkeel.node': name, 'evenkeel.edge': 'true', 'evenkeel.worker': 'true' },
    version: 40,
    ...changes,
  };
}

/** For specs: a task on a node, running. */
export function taskOn(node: string, changes: Partial<SwarmTask> = {}): SwarmTask {
  return {
    id: `task-on-${node}`,
    nodeId: `id-of-${node}`,
    state: 'running',
    desiredState: 'running',
    createdAt: '2026-08-01T11:00:00.000000000Z',
    changedAt: '2026-08-01T11:00:02.000000000Z',
    containerId: containerOf(node),
    containerSpec: '{}',
    image: '',
    message: 'started',
    ...changes,
  };
}

/** For specs: the image of a slot, as the Swarm's service has it. */
export function imageOf(version: string, digest: string): string {
  return `registry.example.com/shop:${version}@${digest}`;
}

function swarmOf(config: SiteConfig, label: Pointer): SwarmReading {
  const nodes = ['pi1', 'pi2', 'pi3'];
  return {
    kind: 'read',
    manager: 'pi1',
    nodes: nodes.map((name) => swarmNode(name)),
    edgeService: { rollout: { state: 'completed', message: 'update completed' } },
    edgeTasks: nodes.map((node) => taskOn(node)),
    label,
    haproxyCfg: cfgHash,
    slots: slotNames.flatMap((slot) => {
      const release = config.release.services['shop']?.[slot];
      if (!release) return [];
      const image = imageOf(release.version, release.digest);
      return [{ service: 'shop', slot, image, tasks: nodes.map((node) => taskOn(node, { image })) }];
    }),
  };
}

function containerOf(node: string): string {
  return `${node.at(-1)}f2a9c0d1e2f`.repeat(6).slice(0, 64);
}

import type { EdgeConfig } from '../config/site-config';
import { digestOf } from '../test/pointers';
import { fiveNodes, threeNodes } from '../test/sites';
import { edgeTemplate, edgeTemplateHash } from './edge-template';
import { edgeVariableTemplate, entryCommand } from './entry-command';

const { edge } = fiveNodes();
const withTimeouts = (timeouts: Partial<EdgeConfig['timeouts']>): EdgeConfig => ({
  ...edge,
  timeouts: { ...edge.timeouts, ...timeouts },
});

describe('edgeTemplate', () => {
  const { taskSpec, endpointSpec } = edgeTemplate(edge);
  const { containerSpec } = taskSpec;

  it('has one environment variable: several would be sent in random order and restart the edges', () => {
    expect(Object.entries(containerSpec.env)).toEqual([['EVENKEEL', edgeVariableTemplate]]);
  });

  it('has an image with a digest, which Swarm resolves to nothing else', () => {
    expect(containerSpec.image).toBe(`haproxy:3.0.5@${digestOf('e')}`);
  });

  it('starts by the entry command', () => {
    expect(containerSpec.commands).toBe(entryCommand);
  });

  it('is stopped by SIGUSR1, which lets requests in flight end, and killed only after its way out and hardStop are over', () => {
    expect(containerSpec.stopSignal).toBe('SIGUSR1');
    expect(edgeTemplate(withTimeouts({ hardStop: 25_000 })).taskSpec.containerSpec.stopGracePeriod).toBe(
      '35s',
    );
    expect(edgeTemplate(withTimeouts({ hardStop: 1_200 })).taskSpec.containerSpec.stopGracePeriod).toBe(
      '12s',
    );
  });

  it('says the grace as Docker gives it back, so that a refresh finds no difference', () => {
    expect(edgeTemplate(withTimeouts({ hardStop: 60_000 })).taskSpec.containerSpec.stopGracePeriod).toBe(
      '1m10s',
    );
    expect(edgeTemplate(withTimeouts({ hardStop: 600_000 })).taskSpec.containerSpec.stopGracePeriod).toBe(
      '10m10s',
    );
  });

  it('may nothing: no capability, a root file system it cannot write, an unprivileged user, and one folder', () => {
    expect(containerSpec.capDrops).toEqual(['ALL']);
    expect(containerSpec.readOnly).toBe(true);
    expect(containerSpec.user).toBe('99:99');
    expect(containerSpec.mounts).toEqual([
      { type: 'bind', source: '/var/lib/evenkeel/edge', target: '/var/lib/evenkeel/edge' },
    ]);
  });

  it('publishes its port on the node itself, past the ingress mesh', () => {
    expect(endpointSpec).toEqual({
      mode: 'dnsrr',
      ports: [{ protocol: 'tcp', publishMode: 'host', publishedPort: 8000, targetPort: 8080 }],
    });
  });

  it('runs on the nodes with the label of an edge, and starts again within a second', () => {
    expect(taskSpec.placement.constraints).toEqual(['node.labels.evenkeel.edge==true']);
    expect(taskSpec.restartPolicy).toEqual({ condition: 'any', delay: '1s', maxAttempts: 0, window: '0s' });
  });

  it('has a limit of memory, or says that there is none, so that the one of before goes', () => {
    expect(taskSpec.resources).toEqual({ limits: { memoryBytes: 128 * 1024 ** 2 } });
    expect(edgeTemplate(threeNodes().edge).taskSpec.resources).toEqual({ limits: { memoryBytes: 0 } });
  });
});

describe('edgeTemplateHash', () => {
  const hash = edgeTemplateHash(edge);

  it('is short, and the same for the same config', () => {
    expect(hash).toMatch(/^[0-9a-f]{16}$/);
    expect(edgeTemplateHash(fiveNodes().edge)).toBe(hash);
  });

  it.each<[string, EdgeConfig]>([
    ['the image', { ...edge, image: `haproxy:3.0.6@${digestOf('f')}` }],
    ['the public port', { ...edge, ports: { http: 80 } }],
    ['the limit of memory', { ...edge, limits: { ...edge.limits, memory: 256 * 1024 ** 2 } }],
    ['hardStop, which is how long Swarm waits', withTimeouts({ hardStop: 40_000 })],
  ])('changes with %s: the edges restart', (_, changed) => {
    expect(edgeTemplateHash(changed)).not.toBe(hash);
  });

  it.each<[string, EdgeConfig]>([
    ['a timeout', withTimeouts({ server: 60_000 })],
    ['the drain time', withTimeouts({ drain: 300_000 })],
    ['the number of connections', { ...edge, limits: { ...edge.limits, maxConnections: 1000 } }],
  ])(
    'stays with %s, which is in haproxy.cfg or for us alone: the edges reload or do nothing',
    (_, changed) => {
      expect(edgeTemplateHash(changed)).toBe(hash);
    },
  );
});

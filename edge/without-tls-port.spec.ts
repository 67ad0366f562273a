import type { SiteConfig } from '../config/site-config';
import type { SshSession } from '../remote/ssh-session';
import { fiveNodes, tlsWith } from '../test/sites';
import type { EdgeState } from './site-state';
import { edgesWithoutTlsPort } from './without-tls-port';

/** Ports of the container on each machine, as Docker's `inspect` has them; a machine that is left out has no such container. */
const ports: Record<string, Record<string, unknown>> = {
  pi1: { '8080/tcp': null, '8443/tcp': [{ HostIp: '0.0.0.0', HostPort: '443' }] },
  pi2: { '8080/tcp': [{ HostIp: '0.0.0.0', HostPort: '80' }] },
};

jest.mock('../remote/docker-api', () => ({
  dockerApi: ({ node }: SshSession) => ({
    getContainer: (id: string) => ({
      inspect: () =>
        id === `edge-${node}` && ports[node]
          ? Promise.resolve({ NetworkSettings: { Ports: ports[node] } })
          : Promise.reject(new Error(`no such container: ${id}`)),
    }),
  }),
}));

const edges = ['pi1', 'pi2', 'pi3'].map(
  (name) => ({ name, task: { containerId: `edge-${name}` } }) as EdgeState,
);

async function withoutPort(site: Pick<SiteConfig, 'edge'>) {
  const asked: string[] = [];
  const session = (node: string) => Promise.resolve((asked.push(node), { node } as SshSession));
  const found = await edgesWithoutTlsPort(edges, site, { session });
  return { names: found.map(({ name }) => name), asked };
}

describe('edgesWithoutTlsPort', () => {
  it('finds the edge that the rollout has yet to make anew, and not one that is just going', async () => {
    const { edge } = fiveNodes();
    const tls = tlsWith({ selfSigned: { validity: 90 } });
    expect((await withoutPort({ edge: { ...edge, tls } })).names).toEqual(['pi2']);
  });

  it('asks nobody when the site has no TLS', async () => {
    expect(await withoutPort(fiveNodes())).toEqual({ names: [], asked: [] });
  });
});

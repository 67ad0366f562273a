import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pointerFromConfig } from '../release/pointer';
import { threeNodes } from '../test/sites';
import { generationPath } from './edge-paths';
import type { EdgeState } from './site-state';
import { unreadEdges } from './unread-edges';

describe('unreadEdges', () => {
  let server: Server;
  /** What the edge at 127.0.0.1 answers. */
  let answer = '';
  const site = threeNodes();
  const label = { ...pointerFromConfig(site.release), generation: 7 };

  beforeAll(async () => {
    server = createServer((asked, reply) => reply.end(asked.url === generationPath ? answer : 'a page'));
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    site.edge = { ...site.edge, ports: { http: (server.address() as AddressInfo).port } };
    site.nodes = site.nodes.map((node) => ({ ...node, address: '127.0.0.1' }));
  });
  afterAll(() => server.close());

  const { name } = site.nodes[0]!;
  const swarmNode = (state: 'down' | 'ready') =>
    ({ id: 'n1', name, state, labels: {} }) as unknown as EdgeState['swarmNode'];
  const down: EdgeState = { name, swarmNode: swarmNode('down'), problem: 'Swarm calls the node Down' };
  const mute: EdgeState = { name, swarmNode: swarmNode('ready'), problem: 'no SSH within 5 s' };
  const unread = (edge: EdgeState) => unreadEdges(site, { label, edges: [edge] });

  it.each([6, 8])('names an edge that Swarm calls Down and that serves generation %d', async (serves) => {
    answer = `{"generation":${serves},"edge":"${name}"}`;
    const words = `Swarm calls ${name} (127.0.0.1) Down, but its edge answers the public with generation ${serves}, and the site has 7`;
    expect(await unread(down)).toEqual([
      { name, words: expect.stringContaining(words) as string, mayPass: false },
    ]);
  });

  it('names one that is ready, and that SSH does not reach', async () => {
    answer = '{"generation":6}';
    const words = `${name} (127.0.0.1) can't be read (no SSH within 5 s), but its edge answers the public with generation 6`;
    expect(await unread(mute)).toEqual([
      { name, words: expect.stringContaining(words) as string, mayPass: true },
    ]);
  });

  it('lets pass one that serves what the label says, and whoever is no edge of ours', async () => {
    answer = '{"generation":7}';
    expect(await unread(down)).toEqual([]);
    answer = 'it works!';
    expect(await unread(down)).toEqual([]);
  });

  it('lets pass a machine that does not answer', async () => {
    const edge = { ...site.edge, ports: { http: 1 } };
    expect(await unreadEdges({ ...site, edge }, { label, edges: [down] })).toEqual([]);
  });

  it('does not ask an edge that was read', async () => {
    answer = '{"generation":6}';
    const worker = { pointer: label } as EdgeState['worker'];
    expect(await unread({ name, swarmNode: swarmNode('ready'), worker })).toEqual([]);
  });
});

import type { Manager } from '../edge/site-contact';
import { UnreachableError, type SshSession } from '../remote/ssh-session';
import { meshedNodes } from '../test/sites';
import { bringUpMesh } from './bring-up-mesh';
import { meshSite, peersIn } from './mesh-conf';
import { rotateMeshKey } from './rotate-mesh-key';

const site = meshSite(meshedNodes())!;
const names = site.nodes.map(({ name }) => name);

/** A node of the test's: its key, its file, and the keys that its interface knows. */
interface Machine {
  key: string;
  next?: string;
  conf: string;
  peers: Set<string>;
  /** What was run on it, in one word each. */
  ran: string[];
}

let machines: Record<string, Machine>;
/** Who is away; of whom nobody hears in the mesh. */
let away: string[];
let deaf: string[];
/** All that was run, in order: what it did, and where. */
let order: string[];

beforeEach(() => {
  machines = Object.fromEntries(
    names.map((name) => [name, { key: '', conf: '', peers: new Set<string>(), ran: [] }]),
  );
  away = [];
  deaf = [];
  order = [];
});

/** A key of the right length. */
const keyOf = (text: string) => `${text.padEnd(43, '+')}=`;

/** What a machine answers to a script, as far as the mesh goes. */
function answer(name: string, script: string): string {
  const machine = machines[name]!;
  const did = (what: string) => {
    machine.ran.push(what);
    order.push(`${what} ${name}`);
  };
  if (script.includes('cat >/etc/evenkeel/mesh.conf.next')) {
    const conf = /mesh\.conf\.next <<'CONF'\n([\s\S]*?)CONF\n/.exec(script)![1]!;
    if (conf === machine.conf) return '';
    did('conf');
    machine.conf = conf;
    machine.peers = new Set(peersIn(conf).map(({ key }) => key));
    return `in the mesh with ${machine.peers.size} other nodes\n`;
  }
  if (script.includes('latest-handshakes')) {
    const lines = peersIn(machine.conf).map(({ name: peer, key }) => {
      const meets = machines[peer]?.key === key && !deaf.includes(peer) && !deaf.includes(name);
      return `${key}\t${meets ? 990 : 0}`;
    });
    return `${machine.conf}now 1000\n${lines.join('\n')}\n`;
  }
  if (script.includes('private-key')) {
    did('new key');
    machine.key = machine.next!;
    return '';
  }
  if (script.startsWith('wg set')) {
    did('learns');
    machine.peers.add(script.trim().split(' ').at(-1)!);
    return '';
  }
  if (script.includes('wg pubkey <') && script.includes('mesh.pub')) {
    machine.key ||= keyOf(name);
    return `key ${machine.key}\n`;
  }
  if (script.includes('wg genkey')) return (machine.next = keyOf(`${name}-new`));
  throw new Error(`the machine of the test's does not know what to do with: ${script}`);
}

const contact = {
  session: (name: string) =>
    away.includes(name)
      ? Promise.reject(new UnreachableError(name, 'root@192.0.2.1:22', 'no answer within 5000 ms'))
      : Promise.resolve({
          node: name,
          exec: (command: string, stdin?: string) => {
            const { conf, key } = machines[name]!;
            if (stdin === undefined)
              return Promise.resolve({
                stdout: command.includes('mesh.pub')
                  ? `${key}\n${conf === '' ? 'down' : 'up'}\n${conf}`
                  : conf,
                stderr: '',
                code: 0,
              });
            return Promise.resolve({ stdout: answer(name, stdin), stderr: '', code: 0 });
          },
        } as unknown as SshSession),
  manager: (): Promise<Manager | undefined> => Promise.resolve(undefined),
};

const peersOf = (name: string) => peersIn(machines[name]!.conf).map((peer) => peer.name);

async function bringUp(of = site, limit?: number): Promise<string[]> {
  const lines: string[] = [];
  await bringUpMesh(of, contact, (line) => lines.push(line), limit);
  return lines;
}

describe('bringUpMesh', () => {
  it('gives each node a key and all its peers, those first that are called', async () => {
    expect((await bringUp()).at(-1)).toBe('the mesh is whole: pi1, pi2, pi3 reach each other');
    expect(names.map(peersOf)).toEqual([
      ['pi2', 'pi3'],
      ['pi1', 'pi3'],
      ['pi1', 'pi2'],
    ]);
    expect(order[0]).toBe('conf pi3');
  });

  it('changes nothing the second time', async () => {
    await bringUp();
    order = [];
    expect(await bringUp()).toEqual(['the mesh is whole: pi1, pi2, pi3 reach each other']);
    expect(order).toEqual([]);
  });

  it('is not held up by a node that is dead, which stays a peer where its key is known', async () => {
    away = ['pi3'];
    expect(await bringUp()).toEqual([
      "pi3 (root@192.0.2.1:22) can't be reached over SSH: no answer within 5000 ms. The mesh goes on without it; it gets what is new by a later pulumi up",
      'pi1: in the mesh with 1 other nodes',
      'pi2: in the mesh with 1 other nodes',
      'the mesh is whole: pi1, pi2 reach each other',
    ]);
    away = [];
    await bringUp();
    away = ['pi3'];
    order = [];
    await bringUp();
    expect(order).toEqual([]);
    expect(peersOf('pi1')).toEqual(['pi2', 'pi3']);
  });

  it('leaves a node in maintenance alone', async () => {
    const nodes = site.nodes.map((node) => ({ ...node, maintenance: node.name === 'pi2' }));
    await bringUp({ ...site, nodes });
    expect(machines['pi2']).toMatchObject({ key: '', conf: '' });
    expect(peersOf('pi1')).toEqual(['pi3']);
  });

  it('touches only those whose peers change when a node is gone', async () => {
    await bringUp();
    order = [];
    await bringUp({ ...site, nodes: site.nodes.slice(0, 2) });
    expect(order.sort()).toEqual(['conf pi1', 'conf pi2']);
    expect(peersOf('pi1')).toEqual(['pi2']);
  });

  it('keeps all peers where the Swarm can not be asked who has left: it may be the mesh that is to be mended', async () => {
    await bringUp();
    order = [];
    const broken = { ...contact, manager: () => Promise.reject(new Error('no quorum')) };
    await bringUpMesh({ ...site, nodes: site.nodes.slice(0, 2) }, broken, () => undefined);
    expect(order).toEqual([]);
    expect(peersOf('pi1')).toEqual(['pi2', 'pi3']);
  });

  it('fails when two that it reached do not reach each other, and says what must be open', async () => {
    deaf = ['pi3'];
    await expect(bringUp(site, 1000)).rejects.toThrow(
      `The mesh is not whole 1 s after it was set up:
  pi1 and pi3 have had no handshake: UDP from pi1 to 203.0.113.7:4500 (pi3) must be let through
  pi2 and pi3 have had no handshake: UDP from pi2 to 203.0.113.7:4500 (pi3) must be let through
Open it, then run pulumi up again. A node that is known to be out: maintenance: true. What a node sees: wg show wg-evenkeel`,
    );
  });
});

describe('rotateMeshKey', () => {
  it('has the peers learn the new key, then the node take it, then the peers go over to it', async () => {
    await bringUp();
    order = [];
    const { told, away: missed } = await rotateMeshKey(site, 'pi1', contact, () => undefined);
    expect({ told, missed }).toEqual({ told: ['pi2', 'pi3'], missed: [] });
    expect([order.slice(0, 2).sort(), order[2], order.slice(3).sort()]).toEqual([
      ['learns pi2', 'learns pi3'],
      'new key pi1',
      ['conf pi2', 'conf pi3'],
    ]);
    expect(machines['pi2']!.peers).toEqual(new Set([keyOf('pi1-new'), keyOf('pi3')]));
  });

  it('names a peer that is away, which the next pulumi up tells', async () => {
    await bringUp();
    away = ['pi3'];
    const lines: string[] = [];
    const { told, away: missed } = await rotateMeshKey(site, 'pi1', contact, (line) => lines.push(line));
    expect({ told, missed, lines }).toEqual({
      told: ['pi2'],
      missed: ['pi3'],
      lines: ['pi3: is away; it gets the new key of pi1 by the next pulumi up'],
    });
    away = [];
    order = [];
    await bringUp();
    expect(order).toEqual(['conf pi3']);
    expect(machines['pi3']!.peers).toEqual(new Set([keyOf('pi1-new'), keyOf('pi2')]));
  });

  it('changes nothing on a node that is not in the mesh yet', async () => {
    await expect(rotateMeshKey(site, 'pi1', contact, () => undefined)).rejects.toThrow(
      'pi1: is not in the mesh yet. Run: pulumi up',
    );
    expect(order).toEqual([]);
  });
});

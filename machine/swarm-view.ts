import { setTimeout as sleep } from 'node:timers/promises';
import { peerAddress } from '../config/peer-address';
import type { NodeConfig } from '../config/site-config';
import { publicGeneration } from '../edge/public-generation';
import { messageOf, type SiteContact } from '../edge/site-contact';
import { dockerApi } from '../remote/docker-api';
import { swarmPort } from './swarm-addresses';

/** How long a node's Docker may take to say what it is in, in ms. */
const dockerTime = 5000;

/** How long a connection from one node to another may take to open, in ms. */
const connectTime = 3000;

/** What one machine says of its own membership, or why it says nothing. */
export interface SwarmView {
  /** Name of the node in the config. */
  name: string;
  /** Why it can't be reached over SSH; undefined: it can. */
  unreachable?: string;
  /** Why its Docker does not answer; undefined: it does, or the machine can't be reached. */
  dockerSilent?: string;
  /** Docker's LocalNodeState: `active`, `inactive`, `pending`, `error` or `locked`. */
  state?: string;
  /** True on a manager, with or without a quorum. */
  manager?: boolean;
  /** The Swarm's ID; empty without a quorum. */
  clusterId?: string;
  /** Addresses (`host:port`) of all managers that it knows, itself among them. */
  managers?: string[];
  /** Why a machine that can't be reached over SSH runs all the same; undefined: nothing speaks for it. */
  alive?: string;
}

interface LocalSwarm {
  LocalNodeState: string;
  ControlAvailable: boolean;
  Cluster?: { ID?: string };
  RemoteManagers?: { Addr: string }[] | null;
}

/** Asks each machine itself, all at once and over SSH: so it works without a quorum. In the order of `nodes`. */
export async function viewSwarm(
  nodes: readonly NodeConfig[],
  httpPort: number,
  contact: Pick<SiteContact, 'session'>,
): Promise<SwarmView[]> {
  const views = await Promise.all(nodes.map((node) => viewNode(node.name, contact)));
  const reached = views.filter(({ unreachable }) => unreachable === undefined);
  return Promise.all(
    views.map(async (view, index) => {
      if (view.unreachable === undefined) return view;
      const alive = await signOfLife(nodes[index]!, httpPort, reached, contact);
      return alive ? { ...view, alive } : view;
    }),
  );
}

async function viewNode(name: string, contact: Pick<SiteContact, 'session'>): Promise<SwarmView> {
  let session;
  try {
    session = await contact.session(name);
  } catch (error) {
    return { name, unreachable: messageOf(error) };
  }
  try {
    const { Swarm } = (await dockerApi(session, dockerTime).info()) as { Swarm: LocalSwarm };
    return {
      name,
      state: Swarm.LocalNodeState,
      manager: Swarm.ControlAvailable,
      clusterId: Swarm.Cluster?.ID ?? '',
      managers: (Swarm.RemoteManagers ?? []).map(({ Addr }) => Addr),
    };
  } catch (error) {
    return { name, dockerSilent: messageOf(error) };
  }
}

/** Down is not dead: a machine that does not let us in may well serve, and be one of a quorum that we can't see. */
async function signOfLife(
  node: NodeConfig,
  httpPort: number,
  reached: readonly SwarmView[],
  contact: Pick<SiteContact, 'session'>,
): Promise<string | undefined> {
  const edge = node.roles.includes('edge') && publicGeneration(node.address, httpPort);
  const seen = await Promise.all(
    reached.map(async ({ name }) =>
      (await connects(peerAddress(node), name, contact)) ? `${name} reaches its Swarm port` : undefined,
    ),
  );
  const generation = (await edge) || undefined;
  return (
    seen.find((each) => each !== undefined) ??
    (generation === undefined ? undefined : `its edge answers the public with generation ${generation}`)
  );
}

async function connects(
  address: string,
  from: string,
  contact: Pick<SiteContact, 'session'>,
): Promise<boolean> {
  const opening = contact
    .session(from)
    .then((session) => session.openTcp(address, swarmPort))
    .then(
      (stream) => {
        stream.destroy();
        return true;
      },
      () => false,
    );
  return Promise.race([opening, sleep(connectTime, false)]);
}

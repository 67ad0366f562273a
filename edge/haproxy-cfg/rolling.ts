import { hostAndPort } from '../../config/host-and-port';
import { peerAddress } from '../../config/peer-address';
import type { NodeConfig, ServiceConfig, SiteConfig } from '../../config/site-config';
import { slotNames } from '../../release/pointer';
import { pointerMapFile } from '../edge-paths';
import { backendName } from './backend-name';
import { backendLimits, serverLimits } from './limits';
import { giveUpSilence } from './retries';
import { serverCookie, stickToServer } from './sessions';

/** Stands for both slots of a service in `txn.slot`, while its nodes go from the one to the other. */
export const bothSlots = 'rolling';

/** Name of a node's server of one slot in the backend of both. */
export function rollingServer(node: string, slot: string): string {
  return `${node}-${slot}`;
}

/** True of a service whose nodes are just going from one slot to the other. */
export function isRolling({ name }: ServiceConfig): string {
  return `{ str(${name}.${bothSlots}),map_str(${pointerMapFile}) -m found }`;
}

/** The frontend's part, after all that has chosen a slot: while nodes roll, a request may go to both. */
export function chooseBoth({ services }: SiteConfig): string[] {
  return services
    .filter(({ strategy }) => strategy === 'rolling')
    .map(
      (service) =>
        `  http-request set-var(txn.slot) str(${bothSlots}) if { var(txn.service) -m str ${service.name} } ${isRolling(service)}`,
    );
}

/**
 * The backend of both slots of a service that rolls: one of the two servers of each node is up. They are checked, and let go
 * of, where they belong, in the backends of the slots; this one follows (`track`). Each server may be tried: an edge that has
 * just started takes all for up until their first check, which the one of the two refuses.
 *
 * When nobody rolls, each request goes to the live slot alone: what a machine that was cut off still runs is in the other one.
 */
export function bothSlotsBackend(
  site: SiteConfig,
  service: ServiceConfig,
  nodes: readonly NodeConfig[],
): string[] {
  if (service.strategy !== 'rolling') return [];
  const backend = backendName(service.name, bothSlots);
  return [
    `backend ${backend}`,
    '  balance roundrobin',
    `  retries ${2 * nodes.length}`,
    `  default-server ${serverLimits(service)}`,
    ...backendLimits(backend, service),
    ...stickToServer(site, service),
    ...nodes.flatMap((node) =>
      slotNames.map(
        (slot) =>
          `  server ${rollingServer(node.name, slot)} ${hostAndPort(peerAddress(node), service.slotPorts[slot])} track ` +
          `${backendName(service.name, slot)}/${node.name}${serverCookie(service, node)}${giveUpSilence(site)}`,
      ),
    ),
    '',
  ];
}

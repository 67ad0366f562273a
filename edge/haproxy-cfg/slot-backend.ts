import { hostAndPort } from '../../config/host-and-port';
import { peerAddress } from '../../config/peer-address';
import { runsOn } from '../../config/runs-on';
import type { NodeConfig, ServiceConfig, SiteConfig, SlotName } from '../../config/site-config';
import { backendName } from './backend-name';
import { backendLimits, serverLimits } from './limits';
import { ownPlaceFirst } from './own-place';
import { giveUpSilence, noticeDeath } from './retries';
import { serverCookie, stickToServer } from './sessions';

/** The nodes that run a service: workers that have every label the service asks for. */
export function serviceNodes(site: SiteConfig, service: ServiceConfig): NodeConfig[] {
  return site.nodes.filter((node) => runsOn(service, node));
}

/** The backend of one slot, with a server for each node of the service. */
export function slotBackend(site: SiteConfig, service: ServiceConfig, slot: SlotName): string[] {
  const { interval, timeout, path } = service.health;
  const nodes = serviceNodes(site, service);
  const backend = backendName(service.name, slot);
  return [
    `backend ${backend}`,
    '  balance roundrobin',
    '  option httpchk',
    `  http-check send meth GET uri ${path} ver HTTP/1.1 hdr Host ${service.hostnames[0]}`,
    `  timeout check ${timeout}ms`,
    // A server that is down is looked at each second: a candidate is found healthy soon after it is.
    `  default-server check inter ${interval}ms downinter 1s fall 3 rise 2 ${noticeDeath} ${serverLimits(service)}`,
    ...backendLimits(backend, service),
    ...stickToServer(site, service),
    ...ownPlaceFirst(backend, service, nodes),
    ...nodes.map(
      (node) =>
        `  server ${node.name} ${hostAndPort(peerAddress(node), service.slotPorts[slot])}${serverCookie(service, node)}${giveUpSilence(site)}`,
    ),
    '',
  ];
}

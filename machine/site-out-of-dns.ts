import { canonicalAddress } from '../config/shared-address';
import type { NodeConfig, SiteConfig } from '../config/site-config';
import { announceLeave, announceReturn } from '../edge/announce-leave';
import { requestsAt } from '../edge/let-go';
import { messageOf, type SiteContact } from '../edge/site-contact';
import { Refusal } from '../release/refusal';
import { addressesOf, awaitGone, lookAtDns, pollTime, type EdgeInDns } from './leave-dns';
import { waitUntil } from './wait-until';

/** How long the edge of a machine that has booted may take to answer, in ms: Swarm starts its tasks within a minute or so of Docker. */
const edgeTime = 120_000;

/** How long the watchdogs may take to let an edge in, in ms: 25 s of good checks, 8 s for answers, and a minute where it was out lately. */
const backTime = 120_000;

type Contact = Pick<SiteContact, 'session'>;

/**
 * Takes the only machine of a site out of DNS, where other sites serve the same names: its edge says that it leaves, and goes
 * on serving. Nothing else is done to it: there is no manager but itself. It is over when nobody is led to it any more, and no
 * request is left, or the drain time is over. Can be run again.
 *
 * @throws Refusal when DNS would go on leading to it, or that can't be seen; its edge then says that it is ready.
 */
export async function takeSiteOutOfDns(
  dns: EdgeInDns,
  node: NodeConfig,
  site: SiteConfig,
  contact: Contact,
  log: (line: string) => void,
): Promise<void> {
  const { name } = node;
  const before = await lookAtDns(dns).catch((error: unknown) => {
    throw stays(name, `whether DNS leads to other sites can't be seen: ${messageOf(error)}`);
  });
  if (before.last.length > 0)
    throw stays(
      name,
      `no other site is up, so the watchdogs keep its records (${addressesOf(before.last)}). Bring another site back first`,
    );
  if (before.mayGo.length === 0 && before.others.length === 0)
    throw stays(name, 'DNS has no record of the pool, so its names lead to nobody that is known');
  // Nobody but the watchdogs follows it: one machine has no address to share.
  if (!(await announceLeave(name, contact, 0)))
    throw stays(name, 'its edge does not answer, or is an earlier one. See: evenkeel status');
  const left = await awaitGone(dns, before, log);
  if (left !== undefined) {
    await announceReturn(name, contact);
    throw stays(name, `${left}. See why with: docker service logs evenkeel-watchdog`);
  }
  const busy = await waitUntil(
    async () => (await requestsAt(name, node, site, contact)).join(', ') || undefined,
    site.edge.timeouts.drain,
    log,
  );
  if (busy !== undefined)
    log(`${name}: the drain time of ${site.edge.timeouts.drain / 1000} s is over; still there: ${busy}`);
}

function stays(name: string, why: string): Refusal {
  return new Refusal(`${name} can't go now:\n  ${why}.\nNothing was changed.`);
}

/**
 * Lets the only machine of a site say that it is ready, and waits until DNS leads to it again. That it does not yet is said
 * in one line: the watchdogs see to it, whether anybody waits or not.
 *
 * @throws Error when its edge does not answer.
 */
export async function bringSiteIntoDns(
  dns: EdgeInDns,
  contact: Contact,
  log: (line: string) => void,
  limits = { edge: edgeTime, back: backTime },
): Promise<void> {
  const { node, addresses } = dns.edge;
  const silent = await waitUntil(
    async () => ((await announceReturn(node, contact)) ? undefined : `${node}: its edge does not answer yet`),
    limits.edge,
    log,
  );
  if (silent !== undefined)
    throw new Error(
      `${silent}. See why on it with: docker service ps evenkeel-edge --no-trunc; then run again: evenkeel node ${node} resume`,
    );
  log(`${node}: its edge does not say any more that it leaves`);
  const look = async () => {
    const { mayGo, last } = await lookAtDns(dns);
    const there = [...mayGo, ...last].map(({ content }) => canonicalAddress(content));
    const missing = addresses.filter((address) => !there.includes(canonicalAddress(address)));
    return missing.length > 0 ? `${node}: DNS does not lead to ${missing.join(', ')} yet` : undefined;
  };
  const left = await look().then(
    (first) => first && waitUntil(look, limits.back, log, dns.pause ?? pollTime),
    (error: unknown) => `${node}: whether DNS leads to it can't be seen: ${messageOf(error)}`,
  );
  if (left === undefined) return log(`${node}: DNS leads to it`);
  log(`${left}. The watchdogs let it in when they find it well; see: docker service logs evenkeel-watchdog`);
}

import { hostAndPort } from '../config/host-and-port';
import { publicOrigin } from '../config/public-origin';
import type { SiteConfig } from '../config/site-config';
import { previewTokenName, serviceNodes } from '../edge/haproxy-cfg';
import { candidateOf, idleSlot } from '../release/candidate-of';
import { rollingService } from '../release/rolls';

/** Where a candidate can be looked at, and what comes next, as lines for a person; empty without a candidate. */
export function lookAt(site: SiteConfig, name: string): string[] {
  const release = site.release.services[name]!;
  const candidate = candidateOf(release);
  if (!candidate) return [`${name}: ${release[release.live]!.version} is live`];
  if (rollingService(site, name))
    return [
      `${name}: the candidate ${candidate.version} is ready to be rolled out; it runs nowhere yet (strategy: rolling has one version on ` +
        `each node), so there is nothing to look at`,
      `then: evenkeel switch ${name}, which takes the nodes to it one after the other, or evenkeel abort ${name}`,
    ];
  const address = previewAddress(site, name);
  const service = site.services.find((each) => each.name === name)!;
  const slot = idleSlot(release);
  return [
    `${name}: the candidate ${candidate.version} runs in ${slot}; the public does not see it`,
    address
      ? `look at it: ${address}?${previewTokenName}=… (the token is evenkeel:secrets.${service.preview!.token})`
      : `look at it from one of its nodes: curl http://${serviceNodes(site, service)[0]?.name}:${service.slotPorts[slot]}/ ` +
        `(or give it a public address with evenkeel:services[…].preview)`,
    `then: evenkeel switch ${name}, or evenkeel abort ${name}`,
  ];
}

/** The candidate's own address; undefined where the service has none. */
export function previewAddress(site: SiteConfig, name: string): string | undefined {
  const preview = site.services.find((each) => each.name === name)?.preview;
  const { scheme, port } = publicOrigin(site.edge);
  return preview && `${scheme}://${hostAndPort(preview.hostname, port)}/`;
}

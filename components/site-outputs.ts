import { hostAndPort } from '../config/host-and-port';
import { publicOrigin } from '../config/public-origin';
import type { SiteConfig } from '../config/site-config';
import { candidateOf } from '../release/candidate-of';
import type { Observed } from './observe';

/** What `pulumi stack output` tells. */
export interface SiteOutputs {
  generation: number;
  /** By service: where to look, which slot is live, and which version is in which slot. */
  services: Record<
    string,
    {
      url: string;
      preview?: string;
      live: string;
      canary: number;
      blue?: string;
      green?: string;
      candidate?: string;
    }
  >;
  /** Public address of each edge, by node. */
  edges: Record<string, string>;
  /** By place: the addresses that its edges share; of all places that have any. */
  sharedAddresses: Record<string, string[]>;
  /** What waits until its slot is idle. */
  pending: string[];
}

/** The outputs of a site, from the config alone but for what is pending. */
export function siteOutputs(config: SiteConfig, observed: Pick<Observed, 'pending'>): SiteOutputs {
  const { scheme, port } = publicOrigin(config.edge);
  const services: SiteOutputs['services'] = {};
  for (const { name, hostnames, paths, preview } of config.services) {
    const release = config.release.services[name]!;
    const { live, canary, blue, green } = release;
    const candidate = candidateOf(release);
    services[name] = {
      url: `${scheme}://${hostAndPort(hostnames[0]!, port)}${paths[0] === '/' ? '' : paths[0]}`,
      ...(preview ? { preview: `${scheme}://${hostAndPort(preview.hostname, port)}` } : {}),
      live,
      canary,
      ...(blue ? { blue: blue.version } : {}),
      ...(green ? { green: green.version } : {}),
      ...(candidate ? { candidate: candidate.version } : {}),
    };
  }
  const edges = config.nodes
    .filter((node) => node.roles.includes('edge'))
    .map((node) => [node.name, `${scheme}://${hostAndPort(node.address, port)}`] as const);
  const sharedAddresses: SiteOutputs['sharedAddresses'] = {};
  for (const { place, address } of config.edge.sharedAddresses)
    (sharedAddresses[place] ??= []).push(`${scheme}://${hostAndPort(address, port)}`);
  return {
    generation: config.release.generation,
    services,
    edges: Object.fromEntries(edges),
    sharedAddresses,
    pending: observed.pending,
  };
}

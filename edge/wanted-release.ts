import type { ReleaseConfig, ServiceRelease, SiteConfig } from '../config/site-config';
import { pointerFromConfig, type Pointer } from '../release/pointer';

/** What gate and switchover are asked to bring about; the inputs of the two commands, read from their environment. */
export interface WantedRelease {
  site: Omit<SiteConfig, 'release' | 'cloudflare'>;
  release: ReleaseConfig;
  pointer: Pointer;
  /** Hash of the haproxy.cfg that the edges must run. */
  haproxyCfg: string;
  /** Hash of the edge's task template. */
  template: string;
}

/** Names of the environment variables, which are the inputs of the Pulumi commands too. */
export const wantedVariables = {
  site: 'EVENKEEL_SITE',
  release: 'EVENKEEL_RELEASE',
  haproxyCfg: 'EVENKEEL_HAPROXY_CFG',
  template: 'EVENKEEL_EDGE_TEMPLATE',
  /** Not read: it makes the command run again when the world is not what the state says. */
  drift: 'EVENKEEL_DRIFT',
} as const;

/** The environment of gate and switchover. `release` of the site is kept apart, so that a preview shows it as its own line. */
export function wantedEnvironment(
  config: SiteConfig,
  edge: { haproxyCfg: string; template: string },
): Record<string, string> {
  // What is kept at Cloudflare, and who is told, changes nothing for gate and switchover.
  const {
    release,
    cloudflare: _zone,
    pool: _pool,
    watchdog: _watchdog,
    messages: _messages,
    ...site
  } = config;
  return {
    [wantedVariables.site]: JSON.stringify(site),
    [wantedVariables.release]: JSON.stringify(withoutRecords(release)),
    [wantedVariables.haproxyCfg]: edge.haproxyCfg,
    [wantedVariables.template]: edge.template,
  };
}

/** The release without what is only written down (history, hold, what an abort puts back): nothing has to be done for it. */
function withoutRecords({ generation, services }: ReleaseConfig): ReleaseConfig {
  const effective = Object.entries(services).map(([name, service]): [string, ServiceRelease] => {
    const { history, hold, replaced, ...rest } = service;
    return [name, rest];
  });
  return { generation, services: Object.fromEntries(effective) };
}

/** Reads it back. @throws Error naming the variable that is missing: the commands are run by Pulumi, not by hand. */
export function readWantedRelease(environment: NodeJS.ProcessEnv): WantedRelease {
  const read = (name: string) => {
    const value = environment[name];
    if (value === undefined)
      throw new Error(`${name} is not set: this command is run by pulumi up, not by hand`);
    return value;
  };
  const release = JSON.parse(read(wantedVariables.release)) as ReleaseConfig;
  return {
    site: JSON.parse(read(wantedVariables.site)) as WantedRelease['site'],
    release,
    pointer: pointerFromConfig(release),
    haproxyCfg: read(wantedVariables.haproxyCfg),
    template: read(wantedVariables.template),
  };
}

import { CLOUDFLARE_VERSION } from './cloudflare/cloudflare-version';
import { COMMAND_VERSION } from './command/command-version';
import { DOCKER_VERSION } from './docker/docker-version';
import { TLS_VERSION } from './tls/tls-version';

/** A plugin that has a stand-in. */
export type PluginName = 'docker' | 'command' | 'cloudflare' | 'tls';

/** The version of each: that of the npm package which the program uses. */
export const PLUGIN_VERSIONS: Record<PluginName, string> = {
  docker: DOCKER_VERSION,
  command: COMMAND_VERSION,
  cloudflare: CLOUDFLARE_VERSION,
  tls: TLS_VERSION,
};

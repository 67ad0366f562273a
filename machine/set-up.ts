import type { NodeConfig, SiteConfig } from '../config/site-config';
import type { SshSession } from '../remote/ssh-session';
import { keepalivedConf } from './keepalived-conf';
import { keepalivedScript, withoutKeepalivedScript } from './keepalived-script';
import { nftablesRuleset } from './nftables-ruleset';
import { runAsRoot } from './run-as-root';
import { setUpScript } from './set-up-script';

/**
 * Makes a machine ready as `pulumi up` does, outside of it: Pulumi takes a new machine for the one it knows.
 * @returns what the steps said, a line each.
 */
export async function setUpMachine(
  node: NodeConfig,
  site: Pick<SiteConfig, 'nodes' | 'mesh' | 'services' | 'edge'>,
  session: SshSession,
): Promise<string[]> {
  const keepalived = keepalivedConf(site, node);
  const said = [
    await runAsRoot(session, setUpScript(nftablesRuleset(site), node.ssh.user)),
    await runAsRoot(session, keepalived ? keepalivedScript(keepalived) : withoutKeepalivedScript),
  ];
  return said.filter((text) => text !== '').map((text) => `${node.name}: ${text}`);
}

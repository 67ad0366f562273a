import type { NodeConfig, SiteConfig } from '../config/site-config';
import { factsOfPem } from '../edge/certificate-facts';
import { certificateFile, originPullsFile } from '../edge/edge-paths';
import type { SiteContact } from '../edge/site-contact';
import { runAsRoot } from './run-as-root';
import { writeTlsFiles } from './write-certificate';

/**
 * Gives a machine that takes another one's place the certificate that the edges serve, from the first edge that can be reached: without
 * it HAProxy would not start there, and only Pulumi has the key otherwise. It goes from machine to machine through this process alone.
 *
 * @returns what was done, in words; undefined where there is nothing to do.
 */
export async function copyCertificate(
  { nodes, edge }: Pick<SiteConfig, 'nodes' | 'edge'>,
  to: NodeConfig,
  contact: Pick<SiteContact, 'session'>,
): Promise<string | undefined> {
  if (!edge.tls || !to.roles.includes('edge')) return undefined;
  const others = nodes.filter(
    ({ name, roles, maintenance }) => name !== to.name && roles.includes('edge') && !maintenance,
  );
  for (const { name } of others) {
    const files = await contact
      .session(name)
      .then(async (session) => ({
        bundle: `${await runAsRoot(session, `cat ${certificateFile}`)}\n`,
        ...(edge.tls!.originPulls && {
          originPullsCa: `${await runAsRoot(session, `cat ${originPullsFile}`)}\n`,
        }),
      }))
      .catch(() => undefined);
    if (!files) continue;
    await writeTlsFiles(await contact.session(to.name), files);
    return `${to.name}: has the certificate of ${name}, serial ${factsOfPem(files.bundle).serial}`;
  }
  return `${to.name}: no other edge could give it the certificate; the next pulumi up brings it`;
}

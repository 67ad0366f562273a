import { dirname } from 'node:path/posix';
import { runAsRoot } from './run-as-root';
import type { SshSession } from '../remote/ssh-session';
import { certificateFile, haproxyUser, originPullsFile } from '../edge/edge-paths';

/** What an edge's machine needs for TLS. */
export interface TlsFiles {
  /** Certificate, chain and key, as PEM. */
  bundle: string;
  /** CA of the certificate that clients must show, as PEM. */
  originPullsCa?: string;
}

/**
 * Puts the files onto an edge's machine, from where a reload and a reborn edge read them: 0600, HAProxy's own, each in one step. What
 * is secret goes through standard input: it is in no process list.
 */
export async function writeTlsFiles(session: SshSession, files: TlsFiles): Promise<void> {
  await runAsRoot(session, script(certificateFile), files.bundle);
  if (files.originPullsCa) await runAsRoot(session, script(originPullsFile), files.originPullsCa);
}

/** Takes them away again: for a site that has no TLS any more. */
export async function removeTlsFiles(session: SshSession): Promise<void> {
  await runAsRoot(session, `rm -rf ${dirname(certificateFile)}`);
}

function script(file: string): string {
  const owner = `${haproxyUser}:${haproxyUser}`;
  return `set -eu
umask 077
mkdir -p ${dirname(file)}
chown ${owner} ${dirname(file)}
cat >${file}.next
chown ${owner} ${file}.next
sync ${file}.next
mv -f ${file}.next ${file}`;
}

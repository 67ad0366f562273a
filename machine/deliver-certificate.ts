import { setTimeout as sleep } from 'node:timers/promises';
import { loadCertificate, loadOriginPullsCa } from '../edge/certificate-api';
import { type CertificateFacts, daysLeft, factsOfPem } from '../edge/certificate-facts';
import { RuntimeApi } from '../edge/runtime-api';
import { messageOf, type SiteContact } from '../edge/site-contact';
import { type TlsFiles, writeTlsFiles } from './write-certificate';

/** How often, and how far apart in ms, an edge that does not answer is asked again: HAProxy starts, or its master executes itself anew. */
const attempts = 5;
const pause = 500;

/**
 * Brings certificate and key to each edge's machine, and into the HAProxy that runs there, without a lost connection. The file comes
 * first: an edge that is born at that moment reads the new one. A machine that can't be reached is left out and named; it has what it
 * had, and gets this one by the next `pulumi up` after its return.
 *
 * @param edges names of the nodes.
 * @returns one line for each edge, in their order.
 * @throws Error when an edge could be reached and does not take it, or when none could be reached.
 */
export async function deliverCertificate(
  edges: readonly string[],
  files: TlsFiles,
  contact: Pick<SiteContact, 'session'>,
): Promise<string[]> {
  const wanted = factsOfPem(files.bundle);
  const reports = await Promise.all(edges.map((edge) => deliverTo(edge, wanted, files, contact)));
  const failed = reports.filter(({ state }) => state === 'failed');
  const skipped = reports.filter(({ state }) => state === 'skipped');
  const lines = reports.map(({ line }) => line);
  if (failed.length > 0 || skipped.length === reports.length)
    throw new Error(
      `The certificate with serial ${wanted.serial} is not on ${[...failed, ...skipped].map(({ edge }) => edge).join(', ')}:\n` +
        lines.map((line) => `  ${line}`).join('\n') +
        `\nEach of them serves what it had. Run pulumi up again.`,
    );
  return lines;
}

interface Report {
  edge: string;
  state: 'served' | 'written' | 'skipped' | 'failed';
  line: string;
}

async function deliverTo(
  edge: string,
  wanted: CertificateFacts,
  files: TlsFiles,
  contact: Pick<SiteContact, 'session'>,
): Promise<Report> {
  const report = (state: Report['state'], text: string): Report => ({
    edge,
    state,
    line: `${edge}: ${text}`,
  });
  let session;
  try {
    session = await contact.session(edge);
  } catch (error) {
    return report('skipped', `left out, gets it by the next pulumi up after its return: ${messageOf(error)}`);
  }
  try {
    await writeTlsFiles(session, files);
    const served = await load(new RuntimeApi(session), files);
    return served
      ? report('served', `serves serial ${served.serial}, ${daysLeft(served, new Date())} days left`)
      : report('written', `has serial ${wanted.serial}; its HAProxy takes it when it starts with TLS`);
  } catch (error) {
    const text = messageOf(error);
    return text.endsWith('the SSH connection broke')
      ? report('skipped', `left out, gets it by the next pulumi up after its return: ${text}`)
      : report('failed', text);
  }
}

/** Undefined: no HAProxy answers, or it has no TLS yet; it reads the file when it starts, or is reloaded. */
async function load(api: RuntimeApi, files: TlsFiles): Promise<CertificateFacts | undefined> {
  for (let attempt = 1; !(await answers(api)); attempt++) {
    if (attempt === attempts) return undefined;
    await sleep(pause);
  }
  if (files.originPullsCa) await loadOriginPullsCa(api, files.originPullsCa);
  return loadCertificate(api, files.bundle);
}

function answers(api: RuntimeApi): Promise<boolean> {
  return api.ask('@1 show version').then(
    (said) => said.trim() !== '',
    () => false,
  );
}

import type { Command } from 'commander';
import { SiteContact } from '../edge/site-contact';
import { Refusal } from '../release/refusal';
import { readCertificates, siteCertificates } from '../status/certificates';
import { formatCertificates } from '../status/format-certificates';
import { openProject } from './project';
import { stackCommand, type StackOptions } from './stack-options';

/** `evenkeel certs`. */
export function certsCommand(): Command {
  return stackCommand(
    'certs',
    'Which certificate each edge serves, and for how long; exit code 1 when one runs out soon or is not served by all',
    ['certs', 'certs --json | jq .edges'],
  )
    .option('--json', 'as JSON')
    .action(async (options: StackOptions & { json?: boolean }) => {
      const project = await openProject(options);
      const site = project.siteWith(project.release);
      const { tls } = site.edge;
      if (!tls)
        throw new Refusal(
          'this site has no TLS: its stack file has no evenkeel:edge.tls. docs/tls.md shows how.',
        );
      const contact = new SiteContact(site.nodes);
      try {
        const found = siteCertificates(tls, await readCertificates(site, contact), new Date());
        const colours = process.stdout.isTTY && !process.env['NO_COLOR'];
        console.log(
          options.json ? JSON.stringify(found, null, 2) : formatCertificates(found, { colours }).trimEnd(),
        );
        if (!found.ok) process.exitCode = 1;
      } finally {
        contact.close();
      }
    });
}

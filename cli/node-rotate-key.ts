import { SiteContact } from '../edge/site-contact';
import { meshSite } from '../machine/mesh-conf';
import { rotateMeshKey } from '../machine/rotate-mesh-key';
import { Refusal } from '../release/refusal';
import type { Output } from './change-release';
import type { NodeOptions } from './node-command';
import { askFor, openNode } from './node-project';

/** `evenkeel node NAME rotate-key`: another key of the mesh for one node, and its peers told. The stack file stays as it is. */
export async function rotateKey(name: string, options: NodeOptions, output: Output): Promise<void> {
  const { project, site } = await openNode(name, options);
  const mesh = meshSite(site);
  if (!mesh)
    throw new Refusal(
      `This site has no mesh, so ${name} has no key of it (evenkeel:mesh, docs/mesh.md). Nothing was changed.`,
    );
  await askFor(
    project,
    project.stackFile.text,
    [`${name}: gets a new key of the mesh, which the other nodes are told`],
    options,
    output,
  );
  const contact = new SiteContact(site.nodes);
  try {
    const { told, away, gapMs } = await rotateMeshKey(mesh, name, contact, output.log);
    output.done(
      { stack: project.stack, did: 'rotate-key', nodes: [name], applied: true, told, away, gapMs },
      [`${name}: has a new key; ${told.join(', ')} had a handshake with it within ${gapMs} ms`],
    );
  } finally {
    contact.close();
  }
}

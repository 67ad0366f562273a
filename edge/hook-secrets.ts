import type Docker from 'dockerode';
import type { SlotName } from '../config/site-config';
import { otherSlot } from '../release/pointer';
import { slotServiceName } from './candidate';
import type { DueHook } from './due-hooks';
import { findService } from './swarm-state';

/** A secret of the Swarm that a slot's Swarm service has. */
export interface AttachedSecret {
  /** Name of the file below /run/secrets: the entry of `evenkeel:secrets`. */
  file: string;
  id: string;
  name: string;
}

/** What one slot's Swarm service has. */
export interface SlotAttachments {
  /** Its image, with the digest; empty where there is no such service. */
  image: string;
  secrets: readonly AttachedSecret[];
}

/** Which secrets a hook gets, and which it can't have. */
export interface HookSecrets {
  found: AttachedSecret[];
  /** Entries of `evenkeel:secrets` that no slot of the service has. */
  missing: string[];
}

/** Reads the slots of the hook's service, and chooses (see `chooseSecrets`). */
export async function readHookSecrets(docker: Docker, due: DueHook): Promise<HookSecrets> {
  if (due.service.secrets.length === 0) return { found: [], missing: [] };
  const [own, other, listed] = await Promise.all([
    attachments(docker, due.service.name, due.slot),
    attachments(docker, due.service.name, otherSlot(due.slot)),
    docker.listSecrets(),
  ]);
  const created = new Map(listed.map(({ ID, CreatedAt }) => [ID, Date.parse(CreatedAt ?? '')]));
  return chooseSecrets(due, own, other, (id) => created.get(id) ?? 0);
}

/**
 * The secrets of the hook's own slot when it runs the hook's image already. Before that, the slot still has what its
 * last version was given, and the newer one of the two slots' counts: a password that was changed is that of the live one.
 *
 * @param createdAt in ms since 1970, by the ID of a secret.
 */
export function chooseSecrets(
  { service, release }: DueHook,
  own: SlotAttachments,
  other: SlotAttachments,
  createdAt: (id: string) => number,
): HookSecrets {
  const all = own.image.endsWith(`@${release.digest}`)
    ? [...own.secrets, ...other.secrets]
    : [...own.secrets, ...other.secrets].sort((a, b) => createdAt(b.id) - createdAt(a.id));
  const chosen = service.secrets.map((file) => ({ file, secret: all.find((each) => each.file === file) }));
  return {
    found: chosen.flatMap(({ secret }) => secret ?? []),
    missing: chosen.flatMap(({ file, secret }) => (secret ? [] : [file])),
  };
}

interface RawContainerSpec {
  Image?: string;
  Secrets?: { SecretID: string; SecretName: string; File?: { Name: string } }[];
}

async function attachments(docker: Docker, service: string, slot: SlotName): Promise<SlotAttachments> {
  const found = await findService(docker, slotServiceName(service, slot));
  const { Image = '', Secrets } =
    (found?.spec.TaskTemplate as { ContainerSpec?: RawContainerSpec } | undefined)?.ContainerSpec ?? {};
  return {
    image: Image,
    secrets: (Secrets ?? []).flatMap(({ SecretID, SecretName, File }) =>
      File ? [{ file: File.Name.replace(/^\/run\/secrets\//, ''), id: SecretID, name: SecretName }] : [],
    ),
  };
}

import type Dockerode from 'dockerode';
import type { Bag } from '../provider/json';
import { labelMap } from './container-spec';
import { asBag, asText } from './reading';
import { secretFields } from './secret-fields';
import type { ManagedKind } from './managed-kind';

/**
 * `docker.Secret`: a secret of the Swarm. Every change makes it anew, and Docker never shows its data.
 *
 * @param api reaches the daemon
 */
export function secrets(api: () => Promise<Dockerode>): ManagedKind {
  return {
    fields: secretFields,
    meta: '{"schema_version":"1"}',

    async create(planned) {
      const client = await api();
      const secret = (await client.createSecret({
        Name: asText(planned['name']),
        Labels: labelMap(planned['labels']) as Record<string, string>,
        Data: asText(planned['data']),
      })) as unknown as { id: string };
      return { id: secret.id, state: planned };
    },

    async read(id, prior) {
      const client = await api();
      let secret: Bag;
      try {
        secret = (await client.getSecret(id).inspect()) as unknown as Bag;
      } catch {
        // As the official plugin: whatever the daemon says, the secret counts as gone.
        return null;
      }
      return { id, state: { ...prior, name: asText(asBag(secret['Spec'])['Name']) } };
    },

    update() {
      return Promise.reject(new Error('a secret can be made and ended, but not changed'));
    },

    async delete(id) {
      await (await api()).getSecret(id).remove();
    },
  };
}

import type Dockerode from 'dockerode';
import type { Bag } from '../provider/json';
import { configFields } from './config-fields';
import { labelMap } from './container-spec';
import type { ManagedKind } from './managed-kind';
import { asBag, asText } from './reading';

/**
 * `docker.ServiceConfig`: a config of the Swarm. Every change makes it anew.
 *
 * @param api reaches the daemon
 */
export function configs(api: () => Promise<Dockerode>): ManagedKind {
  return {
    fields: configFields,
    async create(planned) {
      const client = await api();
      const raw = asText(planned['dataRaw']);
      const config = (await client.createConfig({
        Name: asText(planned['name']),
        Labels: labelMap(planned['labels']) as Record<string, string>,
        Data: raw === '' ? asText(planned['data']) : Buffer.from(raw).toString('base64'),
      })) as unknown as { id: string };
      return { id: config.id, state: planned };
    },

    async read(id, prior) {
      const client = await api();
      let config: Bag;
      try {
        config = (await client.getConfig(id).inspect()) as unknown as Bag;
      } catch {
        // As with secrets: whatever the daemon says, it counts as gone.
        return null;
      }
      const spec = asBag(config['Spec']);
      return { id, state: { ...prior, name: asText(spec['Name']), data: asText(spec['Data']) } };
    },

    update() {
      return Promise.reject(new Error('a config can be made and ended, but not changed'));
    },

    async delete(id) {
      await (await api()).getConfig(id).remove();
    },
  };
}

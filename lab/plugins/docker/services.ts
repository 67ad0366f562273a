import type Dockerode from 'dockerode';
import type { Bag } from '../provider/json';
import { applied } from './applied';
import { convergence } from './convergence';
import type { Pause } from './pause';
import { pinnedByRegistry } from './platforms';
import { asBag, asNumber, asText } from './reading';
import { readService } from './read-service';
import { removeService } from './remove-service';
import type { ManagedKind } from './managed-kind';
import { serviceFields } from './service-fields';
import { serviceSpec } from './service-spec';
import { serviceState } from './service-state';
import { steady } from './steady';

/**
 * `docker.Service`: a Swarm service.
 *
 * @param api reaches the daemon
 * @param pause how to wait
 */
export function services(api: () => Promise<Dockerode>, pause: Pause): ManagedKind {
  return {
    fields: serviceFields,
    meta: '{"schema_version":"2"}',

    async create(planned, { signal }) {
      const client = await api();
      const spec = await pinnedByRegistry(client, serviceSpec(planned));
      // With one argument dockerode would send the whole spec along as the registry's password.
      const { id } = await client.createService(registryAuth(planned) as Dockerode.AuthConfig, spec);
      try {
        await convergence(client, id, planned['convergeConfig'], 'create', pause, signal);
      } catch (thrown) {
        await removeService(client, id, planned, pause, signal);
        throw thrown;
      }
      const made = await readService(client, id, asText(planned['name']), pause, signal);
      return { id, state: applied(serviceFields, planned, serviceState(made ?? {})) };
    },

    async read(id, prior, { signal }) {
      const service = await readService(await api(), id, asText(prior['name']), pause, signal);
      if (service === null) return null;
      const read = serviceState(service);
      return { id: asText(service['ID']), state: { ...prior, ...steady(serviceFields, read, prior) } };
    },

    async update(id, planned, { signal }) {
      const client = await api();
      const service = client.getService(id);
      // The newest version, whatever the state knew: the official plugin compares nothing before it writes.
      const current = (await service.inspect()) as Bag;
      const version = asNumber(asBag(current['Version'])['Index']);
      await service.update({
        _query: { version },
        _body: serviceSpec(planned),
        authconfig: registryAuth(planned),
      });
      await convergence(client, id, planned['convergeConfig'], 'update', pause, signal);
      const made = await readService(client, id, asText(planned['name']), pause, signal);
      return applied(serviceFields, planned, serviceState(made ?? {}));
    },

    async delete(id, state, { signal }) {
      await removeService(await api(), id, state, pause, signal);
    },
  };
}

/** How the registry shall be asked, where `auth` says it. */
function registryAuth(planned: Bag): Dockerode.AuthConfig | undefined {
  const auth = asBag(planned['auth']);
  const [username, password] = [asText(auth['username']), asText(auth['password'])];
  if (username === '' || password === '') return undefined;
  return { username, password, serveraddress: asText(auth['serverAddress']) };
}

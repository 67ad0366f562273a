import type { Bag } from '../provider/json';
import type { ResourceKind } from '../provider/resource-kind';
import { textOf } from '../provider/text-of';
import type { ApiClient } from './api-client';
import { asked, askedIfThere } from './api-failure';

/**
 * `cloudflare.AuthenticatedOriginPullsSettings`: whether Cloudflare shows a client certificate to all origins of a
 * zone. Its end leaves the setting as it is. Source: schema.go and resource.go in
 * internal/services/authenticated_origin_pulls_settings of github.com/cloudflare/terraform-provider-cloudflare, v5.
 */
export function originPullsSettings(api: () => ApiClient): ResourceKind {
  const set = async (inputs: Bag, signal: AbortSignal): Promise<Bag> => {
    const params = { zone_id: textOf(inputs['zoneId']), enabled: inputs['enabled'] === true };
    await asked(api().originTLSClientAuth.settings.update(params, { signal }));
    return {};
  };
  return {
    inputs: {
      zoneId: { kind: 'text', required: true, replaces: true },
      enabled: { kind: 'boolean', required: true },
    },
    computed: {},
    create: async (inputs, signal) => ({ id: textOf(inputs['zoneId']), computed: await set(inputs, signal) }),
    async read(id, state, signal) {
      const read = await askedIfThere(api().originTLSClientAuth.settings.get({ zone_id: id }, { signal }));
      return read === undefined ? null : { ...state, zoneId: id, enabled: read.enabled ?? false };
    },
    update: (_id, inputs, _prior, signal) => set(inputs, signal),
    delete: () => Promise.resolve(),
  };
}

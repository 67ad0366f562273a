import type { Bag, Json } from '../provider/json';
import type { ResourceKind } from '../provider/resource-kind';
import { textOf } from '../provider/text-of';
import type { ApiClient } from './api-client';
import { asked, askedIfThere } from './api-failure';

/** What the API answers of any setting; the client's type is one of sixty. */
interface Setting {
  value?: Json;
  editable?: boolean;
  modified_on?: string | null;
}

/**
 * `cloudflare.ZoneSetting`. Another zone or setting is another resource; the end of one leaves the setting as it is,
 * since a zone has no setting that is not there. Source: schema.go and resource.go in internal/services/zone_setting
 * of github.com/cloudflare/terraform-provider-cloudflare, v5. `enabled` is for ssl_recommender alone, and left out.
 */
export function zoneSetting(api: () => ApiClient): ResourceKind {
  const edit = async (inputs: Bag, signal: AbortSignal): Promise<Bag> => {
    const params = { zone_id: textOf(inputs['zoneId']), value: inputs['value'] };
    const setting = (await asked(
      api().zones.settings.edit(textOf(inputs['settingId']), params, { signal }),
    )) as Setting;
    return found(setting);
  };
  return {
    inputs: {
      zoneId: { kind: 'text', required: true, replaces: true },
      settingId: { kind: 'text', required: true, replaces: true },
      value: { kind: 'any', required: true },
    },
    computed: { editable: 'plain', modifiedOn: 'plain', timeRemaining: 'plain' },
    create: async (inputs, signal) => ({
      id: textOf(inputs['settingId']),
      computed: await edit(inputs, signal),
    }),
    async read(_id, state, signal) {
      const params = { zone_id: textOf(state['zoneId']) };
      const read = (await askedIfThere(
        api().zones.settings.get(textOf(state['settingId']), params, { signal }),
      )) as Setting | undefined;
      return read === undefined ? null : { ...state, value: read.value ?? null, ...found(read) };
    },
    update: (_id, inputs, _prior, signal) => edit(inputs, signal),
    delete: () => Promise.resolve(),
  };
}

function found({ editable = true, modified_on: modifiedOn = null }: Setting): Bag {
  return { editable, modifiedOn, timeRemaining: null };
}

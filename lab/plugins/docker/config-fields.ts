import type { Fields } from './attribute';
import { fixedLabels, text } from './fields';
import { base64 } from './validators';

/** The properties of a `docker.ServiceConfig`, as in terraform-provider-docker 4.5.0. */
export const configFields: Fields = {
  name: text({ use: 'required', forcesNew: true }),
  data: text({ forcesNew: true, refuse: base64 }),
  dataRaw: text({ forcesNew: true }),
  labels: fixedLabels({ forcesNew: true }),
};

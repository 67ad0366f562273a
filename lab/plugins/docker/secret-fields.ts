import type { Fields } from './attribute';
import { fixedLabels, text } from './fields';
import { base64 } from './validators';

/** The properties of a `docker.Secret`, as in terraform-provider-docker 4.5.0. */
export const secretFields: Fields = {
  name: text({ use: 'required', forcesNew: true }),
  data: text({ use: 'required', forcesNew: true, secret: true, refuse: base64 }),
  labels: fixedLabels({ forcesNew: true }),
};

import type { Attribute, Fields } from './attribute';

type Rest = Partial<Omit<Attribute, 'kind' | 'fields'>>;

/** A string that may be left out. */
export const text = (rest: Rest = {}): Attribute => ({ kind: 'string', use: 'optional', ...rest });

/** A whole number that may be left out. */
export const int = (rest: Rest = {}): Attribute => ({ kind: 'int', use: 'optional', ...rest });

/** A truth value that may be left out. */
export const bool = (rest: Rest = {}): Attribute => ({ kind: 'bool', use: 'optional', ...rest });

/** Strings by name. */
export const map = (rest: Rest = {}): Attribute => ({ kind: 'map', use: 'optional', ...rest });

/** A list of strings. */
export const strings = (rest: Rest = {}): Attribute => ({ kind: 'strings', use: 'optional', ...rest });

/** Strings whose order means nothing. */
export const stringSet = (rest: Rest = {}): Attribute => ({ kind: 'stringSet', use: 'optional', ...rest });

/** One object, or none. */
export const block = (fields: Fields, rest: Rest = {}): Attribute => ({
  kind: 'block',
  use: 'optional',
  fields,
  ...rest,
});

/** A list of objects. */
export const blocks = (fields: Fields, rest: Rest = {}): Attribute => ({
  kind: 'blocks',
  use: 'optional',
  fields,
  ...rest,
});

/** Objects whose order means nothing. */
export const blockSet = (fields: Fields, rest: Rest = {}): Attribute => ({
  kind: 'blockSet',
  use: 'optional',
  fields,
  ...rest,
});

/** Labels which a change makes the resource anew. */
export const fixedLabels = (rest: Rest = {}): Attribute =>
  blockSet(
    {
      label: text({ use: 'required', forcesNew: true }),
      value: text({ use: 'required', forcesNew: true }),
    },
    rest,
  );

/** Labels that can change. */
export const labels = (rest: Rest = {}): Attribute =>
  blockSet({ label: text({ use: 'required' }), value: text({ use: 'required' }) }, rest);

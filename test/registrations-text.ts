import { Document, type Scalar, type YAMLMap } from 'yaml';
import { haproxyLabel } from '../edge/entry-command';
import { decodeHaproxyLabel } from '../edge/haproxy-label';
import { Secret, type Registration } from './registrations';

/** Objects that take more JSON than this are written once, and named where they come again. */
const sizeOfAlias = 150;

/**
 * Registrations as YAML that a person can read and compare: sorted, a resource to a key. What is packed into a string is
 * shown unpacked (JSON under `KEY (JSON)`, the label `evenkeel.haproxy` as text), a secret never.
 */
export function registrationsText(registrations: readonly Registration[]): string {
  const known = new Map<string, object>();
  /** The same object for equal ones, which YAML then writes once, as an anchor. */
  const once = (value: object): object => {
    const json = JSON.stringify(value);
    if (json.length <= sizeOfAlias) return value;
    const found = known.get(json) ?? value;
    known.set(json, found);
    return found;
  };
  const unpacked = (value: unknown): unknown => {
    if (value instanceof Secret) return '(secret)';
    if (Array.isArray(value)) return value.map(unpacked);
    if (typeof value !== 'object' || value === null) return value;
    const { label, value: text } = value as { label?: unknown; value?: unknown };
    if (label === haproxyLabel && typeof text === 'string')
      return { label, 'value (gzip, base64)': decodeHaproxyLabel(text) };
    return once(
      Object.fromEntries(
        Object.entries(value)
          .sort(([a], [b]) => (a < b ? -1 : 1))
          .map(([key, part]) => {
            const json = typeof part === 'string' ? parsed(part) : undefined;
            return json ? [`${key} (JSON)`, unpacked(json)] : [key, unpacked(part)];
          }),
      ),
    );
  };
  const document = new Document(
    Object.fromEntries(
      registrations.map(
        ({
          key,
          parent,
          dependsOn,
          ignoreChanges,
          deleteBeforeReplace,
          retainOnDelete,
          provider,
          inputs,
        }) => [
          key,
          {
            parent: parent ?? '(the stack)',
            ...(dependsOn.length > 0 ? { dependsOn } : {}),
            ...(provider ? { provider } : {}),
            ...(ignoreChanges.length > 0 ? { ignoreChanges } : {}),
            ...(deleteBeforeReplace === undefined ? {} : { deleteBeforeReplace }),
            ...(retainOnDelete === undefined ? {} : { retainOnDelete }),
            ...(Object.keys(inputs).length > 0 ? { inputs: unpacked(inputs) } : {}),
          },
        ],
      ),
    ),
    { anchorPrefix: 'same' },
  );
  for (const { key } of (document.contents as YAMLMap<Scalar>).items.slice(1)) key.spaceBefore = true;
  return document.toString({ lineWidth: 0, singleQuote: true });
}

/** An object or a list that is written in JSON. */
function parsed(text: string): object | undefined {
  if (!/^[[{]/.test(text)) return undefined;
  try {
    return JSON.parse(text) as object;
  } catch {
    return undefined;
  }
}

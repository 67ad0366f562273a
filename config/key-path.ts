/** A key's place in the stack file: property names and list indexes, from below `evenkeel:` on. */
export type KeyPath = readonly (string | number)[];

/**
 * A key as the stack file and `pulumi config --path` write it: `evenkeel:nodes[1].roles[0]`,
 * `evenkeel:services[0].nodes["disk.kind"]`.
 */
export function formatKeyPath(path: KeyPath): string {
  return path.reduce<string>((text, part, index) => {
    if (typeof part === 'number') return `${text}[${part}]`;
    if (index === 0) return `evenkeel:${part}`;
    return /^[A-Za-z0-9_-]+$/.test(part) ? `${text}.${part}` : `${text}[${JSON.stringify(part)}]`;
  }, '');
}

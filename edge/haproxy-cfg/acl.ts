/**
 * An ACL that is true when `sample` matches one of the patterns: a line for each, since HAProxy takes 64 words in a line
 * at most (MAX_LINE_ARGS). Without patterns it would be no ACL, and a condition on it a mistake.
 */
export function acl(name: string, sample: string, patterns: readonly string[]): string[] {
  return patterns.map((pattern) => `  acl ${name} ${sample} ${pattern}`);
}

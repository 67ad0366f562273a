/** A step into a property: a member's name, or an element's index. */
export type Step = string | number;

/**
 * Writes a path as the engine reads it in a detailed diff: `taskSpec.containerSpec.env["MY-VAR"]`, `labels[0].value`.
 *
 * @param steps from the resource downwards; at least one
 */
export function propertyPath(steps: readonly Step[]): string {
  return steps
    .map((step, index) => {
      if (typeof step === 'number') return `[${step}]`;
      if (!/^[a-zA-Z_$][a-zA-Z0-9_$]*$/.test(step)) return `["${step.replaceAll('"', '\\"')}"]`;
      return index === 0 ? step : `.${step}`;
    })
    .join('');
}

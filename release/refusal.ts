/** A command that must not be done as things stand; its message says why, and what to do instead. Nothing was changed. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
}

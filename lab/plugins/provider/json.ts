/** A value as the engine sends it: what a protobuf `Struct` can hold. */
export type Json = null | boolean | number | string | Json[] | Bag;

/** A resource's properties, by name. An interface, since a type may not name itself in `Record`. */
export interface Bag {
  [property: string]: Json;
}

import { Struct } from 'google-protobuf/google/protobuf/struct_pb';
import type { Bag } from './json';

/** Reads the protocol's property map; one that was not sent is empty. */
export function fromStruct(struct: Struct | undefined): Bag {
  return struct?.toJavaScript() ?? {};
}

/** Writes a property map for the protocol. */
export function toStruct(bag: Bag): Struct {
  return Struct.fromJavaScript(bag);
}

import 'reflect-metadata';
import type { JsonName } from '@peculiar/x509';
import * as x509 from '@peculiar/x509';
import { isBag } from '../provider/is-bag';
import type { Bag, Json } from '../provider/json';
import type { InputRule } from '../provider/resource-kind';

/** The inputs that a request and a certificate have in common: a change of any makes it anew. */
export const namesInputs: Record<string, InputRule> = {
  privateKeyPem: { kind: 'text', required: true, replaces: true, secret: true },
  subject: { kind: 'object', replaces: true },
  dnsNames: { kind: 'texts', replaces: true },
  ipAddresses: { kind: 'texts', replaces: true },
  uris: { kind: 'texts', replaces: true },
};

/** Attribute types of a distinguished name by the property, in the order in which Go writes them (crypto/x509/pkix). */
const attributes: [property: string, type: string][] = [
  ['country', 'C'],
  ['organization', 'O'],
  ['organizationalUnit', 'OU'],
  ['locality', 'L'],
  ['province', 'ST'],
  ['streetAddresses', '2.5.4.9'],
  ['postalCode', '2.5.4.17'],
  ['commonName', 'CN'],
  ['serialNumber', '2.5.4.5'],
];

/** The distinguished name of `subject`; empty without one. */
export function subjectName(subject: Json | undefined): JsonName {
  if (!isBag(subject)) return [];
  return attributes.flatMap(([property, type]) => {
    const value = subject[property] ?? null;
    if (value === null) return [];
    return [{ [type]: (Array.isArray(value) ? value : [value]).map(String) }];
  });
}

/** The subject's alternative names as an extension, if there are any. */
export function alternativeNames(inputs: Bag): x509.Extension[] {
  const of = (property: string, type: x509.GeneralNameType) =>
    ((inputs[property] ?? []) as string[]).map((value) => ({ type, value }));
  const names = [...of('dnsNames', 'dns'), ...of('ipAddresses', 'ip'), ...of('uris', 'url')];
  return names.length === 0 ? [] : [new x509.SubjectAlternativeNameExtension(names)];
}

import 'reflect-metadata';
import { randomBytes } from 'node:crypto';
import * as x509 from '@peculiar/x509';
import type { ChangeKind } from '../provider/calls';
import type { Bag } from '../provider/json';
import type { ResourceKind } from '../provider/resource-kind';
import { textOf } from '../provider/text-of';
import { allowedUseNames, usageExtensions } from './allowed-uses';
import { signingKey } from './signing-key';
import { alternativeNames, namesInputs, subjectName } from './subject';

const hour = 3_600_000;

/**
 * `tls.SelfSignedCert`. Every change but one of `earlyRenewalHours` makes it anew, and so does the time when that many
 * hours, or none, are left. Source: internal/provider/resource_self_signed_cert.go and common_cert.go of
 * github.com/hashicorp/terraform-provider-tls, v4.
 *
 * @param now the clock
 */
export function selfSignedCert(now: () => Date): ResourceKind {
  const isDue = (state: Bag) => {
    const end = Date.parse(textOf(state['validityEndTime']));
    return end - Number(state['earlyRenewalHours'] ?? 0) * hour <= now().getTime();
  };
  return {
    inputs: {
      ...namesInputs,
      allowedUses: { kind: 'texts', required: true, replaces: true },
      validityPeriodHours: { kind: 'number', required: true, replaces: true },
      earlyRenewalHours: { kind: 'number', standard: 0 },
      isCaCertificate: { kind: 'boolean', replaces: true, standard: false },
      setSubjectKeyId: { kind: 'boolean', replaces: true, standard: false },
      setAuthorityKeyId: { kind: 'boolean', replaces: true, standard: false },
    },
    computed: {
      certPem: 'plain',
      keyAlgorithm: 'plain',
      readyForRenewal: 'plain',
      validityStartTime: 'plain',
      validityEndTime: 'plain',
    },
    check({ allowedUses }) {
      const unknown = ((allowedUses ?? []) as string[]).filter((use) => !allowedUseNames.includes(use));
      return unknown.map((use) => ({
        property: 'allowedUses',
        reason: `"${use}" is not among ${allowedUseNames.join(', ')}`,
      }));
    },
    changes: (state): Record<string, ChangeKind> =>
      isDue(state) ? { readyForRenewal: 'UPDATE_REPLACE' } : {},
    async create(inputs) {
      const { algorithm, keys, signing } = await signingKey(textOf(inputs['privateKeyPem']));
      const begin = now();
      const end = new Date(begin.getTime() + Number(inputs['validityPeriodHours']) * hour);
      const isCa = inputs['isCaCertificate'] === true;
      const certificate = await x509.X509CertificateGenerator.createSelfSigned({
        // 128 bits at random, the highest one zero: a serial number is positive.
        serialNumber: `40${randomBytes(15).toString('hex')}`,
        name: subjectName(inputs['subject']),
        notBefore: begin,
        notAfter: end,
        keys,
        signingAlgorithm: signing,
        extensions: [
          new x509.BasicConstraintsExtension(isCa, undefined, true),
          ...usageExtensions(inputs['allowedUses'] as string[]),
          ...alternativeNames(inputs),
          ...(isCa || inputs['setSubjectKeyId'] === true
            ? [await x509.SubjectKeyIdentifierExtension.create(keys.publicKey)]
            : []),
          ...(inputs['setAuthorityKeyId'] === true
            ? [await x509.AuthorityKeyIdentifierExtension.create(keys.publicKey)]
            : []),
        ],
      });
      const computed = {
        certPem: `${certificate.toString('pem')}\n`,
        keyAlgorithm: algorithm,
        readyForRenewal: false,
        validityStartTime: begin.toISOString(),
        validityEndTime: end.toISOString(),
      };
      return { id: BigInt(`0x${certificate.serialNumber}`).toString(), computed };
    },
    read: (_id, state) => Promise.resolve({ ...state, readyForRenewal: isDue(state) }),
    update: () => Promise.resolve({}),
    delete: () => Promise.resolve(),
  };
}

import 'reflect-metadata';
import { createHash } from 'node:crypto';
import * as x509 from '@peculiar/x509';
import type { ResourceKind } from '../provider/resource-kind';
import { textOf } from '../provider/text-of';
import { signingKey } from './signing-key';
import { alternativeNames, namesInputs, subjectName } from './subject';

/**
 * `tls.CertRequest`: a certificate signing request. Every change makes it anew; there is nothing to read or to end.
 * Source: internal/provider/resource_cert_request.go of github.com/hashicorp/terraform-provider-tls, v4.
 */
export const certRequest: ResourceKind = {
  inputs: namesInputs,
  computed: { certRequestPem: 'plain', keyAlgorithm: 'plain' },
  async create(inputs) {
    const { algorithm, keys, signing } = await signingKey(textOf(inputs['privateKeyPem']));
    const request = await x509.Pkcs10CertificateRequestGenerator.create({
      name: subjectName(inputs['subject']),
      keys,
      signingAlgorithm: signing,
      extensions: alternativeNames(inputs),
    });
    const id = createHash('sha1').update(Buffer.from(request.rawData)).digest('hex');
    return { id, computed: { certRequestPem: `${request.toString('pem')}\n`, keyAlgorithm: algorithm } };
  },
  read: (_id, state) => Promise.resolve(state),
  update: () => Promise.reject(new Error('a request is made anew, never changed')),
  delete: () => Promise.resolve(),
};

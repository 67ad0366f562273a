import type { OriginCACertificate } from 'cloudflare/resources/origin-ca-certificates/origin-ca-certificates';
import type { Bag } from '../provider/json';
import type { ResourceKind } from '../provider/resource-kind';
import type { ApiClient } from './api-client';
import { asked, askedIfThere } from './api-failure';

type CreateParams = Parameters<ApiClient['originCACertificates']['create']>[0];

/**
 * `cloudflare.OriginCaCertificate`. A change of any input makes it anew; its end revokes it. Source: schema.go and
 * resource.go in internal/services/origin_ca_certificate of github.com/cloudflare/terraform-provider-cloudflare, v5.
 */
export function originCaCertificate(api: () => ApiClient): ResourceKind {
  return {
    inputs: {
      csr: { kind: 'text', required: true, replaces: true },
      hostnames: { kind: 'texts', required: true, replaces: true },
      requestType: {
        kind: 'text',
        required: true,
        replaces: true,
        allowed: ['origin-rsa', 'origin-ecc', 'keyless-certificate'],
      },
      requestedValidity: {
        kind: 'number',
        // The official one: only where the program gives it. Where it no longer does, it signs a second certificate and forgets the first.
        replaces: true,
        standard: 5475,
        allowed: [7, 30, 90, 365, 730, 1095, 5475],
      },
    },
    computed: { certificate: 'plain', expiresOn: 'plain' },

    async create(inputs, signal) {
      const body = {
        csr: inputs['csr'],
        hostnames: inputs['hostnames'],
        request_type: inputs['requestType'],
        requested_validity: inputs['requestedValidity'],
      } as CreateParams;
      const made = await asked(api().originCACertificates.create(body, { signal }));
      return { id: made.id ?? '', computed: found(made) };
    },

    async read(id, state, signal) {
      const read = await askedIfThere(api().originCACertificates.get(id, { signal }));
      return read === undefined ? null : { ...state, hostnames: read.hostnames, ...found(read) };
    },

    update: () => Promise.reject(new Error('a certificate is made anew, never changed')),

    async delete(id, _state, signal) {
      await askedIfThere(api().originCACertificates.delete(id, { signal }));
    },
  };
}

function found({ certificate = '', expires_on: expiresOn = '' }: OriginCACertificate): Bag {
  return { certificate, expiresOn };
}

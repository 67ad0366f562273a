import type { Plugin } from '../provider/calls';
import { kindPlugin } from '../provider/kind-plugin';
import { certRequest } from './cert-request';
import { privateKey } from './private-key';
import { selfSignedCert } from './self-signed-cert';
import { TLS_VERSION } from './tls-version';

/**
 * The stand-in of the tls plugin, for the resources that Evenkeel uses.
 *
 * @param now the clock; tests have one of their own
 */
export function tlsPlugin(now: () => Date = () => new Date()): Plugin {
  return kindPlugin({
    version: TLS_VERSION,
    kinds: {
      'tls:index/privateKey:PrivateKey': privateKey,
      'tls:index/certRequest:CertRequest': certRequest,
      'tls:index/selfSignedCert:SelfSignedCert': selfSignedCert(now),
    },
    checkConfig: () => [],
    configure: () => undefined,
  });
}

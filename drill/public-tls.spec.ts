import type { TlsConfig } from '../config/site-config';
import type { CertificateReading } from '../status/certificates';
import { threeNodes, tlsWith } from '../test/sites';
import { publicTls, rightCertificates } from './public-tls';

const tls = tlsWith({ selfSigned: { validity: 90 } });
const now = new Date('2026-11-27T12:00:00Z');
const served = {
  ...{ serial: '0B', fingerprint: 'FB', names: ['shop.example.com'] },
  ...{ notBefore: '2026-11-01T00:00:00.000Z', notAfter: '2027-02-01T12:00:00.000Z' },
};
const readings: CertificateReading[] = [
  { edge: 'pi1', served },
  { edge: 'pi2', served },
];

describe('rightCertificates', () => {
  it('are those that the edges say they serve', () => {
    expect(rightCertificates('home', tls, readings, now)).toEqual(['FB']);
  });

  it('are refused where something is wrong with them already, or an up would bring others', () => {
    const due = new Date('2027-01-20T12:00:00Z');
    expect(() => rightCertificates('home', tls, readings, due)).toThrow(
      'The certificates of home are not as they should be (pi1: fewer than 30 days left; pi2: fewer than 30 days left), so what ' +
        'is lost would not be the doing of a drill. Nothing was touched. See: evenkeel certs',
    );
  });
});

describe('publicTls', () => {
  const site = threeNodes();
  const withTls = (more: Partial<TlsConfig>) => ({
    ...site,
    edge: { ...site.edge, tls: { ...tls, ...more } },
  });

  it('is nothing where the edges speak plain HTTP only; nobody is asked', async () => {
    expect(await publicTls(site, 'shop.example.com')).toBeUndefined();
  });

  it('is refused where a client must show a certificate, which a drill has none of; nobody is asked', async () => {
    const refused = publicTls(withTls({ originPulls: { caFile: '/ca.pem' } }), 'shop.example.com');
    await expect(refused).rejects.toThrow(
      'The edges of home serve only who shows a certificate of evenkeel:edge.tls.originPulls, and a drill has none: all of its ' +
        'requests would be lost. Nothing was touched. Take originPulls out while you drill (pulumi up; no edge is restarted for ' +
        'it), or drill on the lab.',
    );
  });
});

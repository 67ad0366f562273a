import * as fc from 'fast-check';
import type { CertificateConfig } from '../config/site-config';
import { formatCertificateLabel, parseCertificateLabel, type WantedCertificate } from './certificate-label';
import { planCertificate } from './certificate-plan';

const day = 86_400_000;
const now = new Date('2026-11-27T12:00:00Z');
const selfSigned: CertificateConfig = { selfSigned: { validity: 90 } };
const config = { certificate: selfSigned, renewBefore: 30 };

function label(
  days: number,
  made = '2026-09-01',
  source: WantedCertificate['source'] = 'selfSigned',
): WantedCertificate {
  return {
    ...{ source, made, serial: '01', fingerprint: 'AB', names: ['shop.example.com'] },
    notBefore: '2026-09-01T00:00:00.000Z',
    notAfter: new Date(now.getTime() + days * day).toISOString(),
  };
}

describe('planCertificate', () => {
  it.each([
    ['there is none yet', undefined, '2026-11-27', 'certificate: the first one from selfSigned is made'],
    [
      'it came from elsewhere',
      label(80, '2026-09-01', 'files'),
      '2026-11-27',
      'certificate: the first one from selfSigned is made',
    ],
    [
      'there is time',
      label(30),
      '2026-09-01',
      'certificate: 30 days left; a new one is made with fewer than 30',
    ],
    [
      'it is time',
      label(29.9),
      '2026-11-27',
      'certificate: 29 days left, fewer than 30 (renewBefore): a new one is made',
    ],
    [
      'it has ended',
      label(-1),
      '2026-11-27',
      'certificate: ended on 2026-11-26T12:00:00.000Z, fewer than 30 (renewBefore): a new one is made',
    ],
    [
      'it was made today and is due again',
      label(3, '2026-11-27'),
      '2026-11-27.2',
      'certificate: 3 days left, fewer than 30 (renewBefore): a new one is made',
    ],
    [
      'it was made today for the second time, and is due again',
      label(3, '2026-11-27.2'),
      '2026-11-27.3',
      'certificate: 3 days left, fewer than 30 (renewBefore): a new one is made',
    ],
  ])('says what is done when %s', (_, given, made, news) => {
    expect(planCertificate(config, given, now)).toEqual({ made, news });
  });

  it('comes to the same in each run of a day, and to what is there once the label says so', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -40, max: 90 }),
        fc.integer({ min: 1, max: 60 }),
        fc.constantFrom('2026-09-01', '2026-11-27', '2026-11-27.4'),
        (days, renewBefore, made) => {
          const tls = { certificate: selfSigned, renewBefore };
          const first = planCertificate(tls, label(days + 0.5, made), now);
          expect(planCertificate(tls, label(days + 0.5, made), new Date(now.getTime() + 1000)).made).toBe(
            first.made,
          );
          expect(first.made === made).toBe(days >= renewBefore);
          expect(planCertificate(tls, label(90, first.made), now).made).toBe(first.made);
        },
      ),
    );
  });
});

describe('the label of the certificate', () => {
  it('says what it was made of', () => {
    expect(parseCertificateLabel(formatCertificateLabel(label(3)))).toEqual(label(3));
  });

  it.each([undefined, '', 'nonsense', '{}', 'null', '[1]', '{"made":"2026-11-27"}'])(
    'is none where it says %s',
    (text) => {
      expect(parseCertificateLabel(text)).toBeUndefined();
    },
  );
});

import { newCertificate } from '../test/certificate';
import { daysLeft, factsOfAnswer, factsOfPem } from './certificate-facts';

/** Recorded from HAProxy 2.6.12 (`show ssl cert`). */
const answer = `Filename: /var/lib/evenkeel/edge/tls/site.pem
Status: Used
Serial: 366B8ECD28B4208A9A09B08C4A47ACDF6A0032D9
notBefore: Nov 27 20:47:08 2026 GMT
notAfter: Dec  7 20:47:08 2026 GMT
Subject Alternative Name: DNS:shop.example.com, DNS:www.shop.example.com
Algorithm: EC256
SHA1 FingerPrint: 501AB8980D39E9A660C1AEB35063A46D2CB547BA
Subject: /CN=shop.example.com
Issuer: /CN=shop.example.com
OCSP Response Key: 

`;

describe('factsOfAnswer', () => {
  it('reads what HAProxy says of the certificate that it serves', () => {
    expect(factsOfAnswer(answer)).toEqual({
      serial: '366B8ECD28B4208A9A09B08C4A47ACDF6A0032D9',
      fingerprint: '501AB8980D39E9A660C1AEB35063A46D2CB547BA',
      names: ['shop.example.com', 'www.shop.example.com'],
      notBefore: '2026-11-27T20:47:08.000Z',
      notAfter: '2026-12-07T20:47:08.000Z',
    });
  });

  it.each([
    ['has none', "Can't display the certificate: Not found or the certificate is a bundle!\n\n"],
    ['has it only in a transaction', answer.replace('Status: Used', 'Status: Unused')],
  ])('reads nothing where it %s', (_, said) => {
    expect(factsOfAnswer(said)).toBeUndefined();
  });
});

describe('factsOfPem', () => {
  it('reads the first certificate of a chain', () => {
    const authority = newCertificate({ names: ['ca'], isAuthority: true });
    const names = ['shop.example.com', '*.example.com'];
    const leaf = newCertificate({ names, issuer: authority, days: 7 });
    const facts = factsOfPem(leaf.certificate + authority.certificate);
    expect(facts.names).toEqual(names);
    expect(facts.serial).toMatch(/^[0-9A-F]+$/);
    expect(facts.fingerprint).toMatch(/^[0-9A-F]{40}$/);
    expect(daysLeft(facts, new Date(facts.notBefore))).toBe(7);
  });
});

describe('daysLeft', () => {
  it.each([
    ['2026-12-07T00:00:00Z', 10],
    ['2026-12-06T23:59:59Z', 9],
    ['2026-11-27T00:00:00Z', 0],
    ['2026-11-26T23:59:59Z', -1],
  ])('of one that ends on %s is %i', (notAfter, days) => {
    expect(daysLeft({ notAfter }, new Date('2026-11-27T00:00:00Z'))).toBe(days);
  });
});

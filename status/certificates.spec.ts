import type { CertificateFacts } from '../edge/certificate-facts';
import { tlsWith } from '../test/sites';
import { type CertificateReading, siteCertificates } from './certificates';
import { formatCertificates } from './format-certificates';

const now = new Date('2026-11-27T12:00:00Z');
const facts = (serial: string, notBefore: string, notAfter: string): CertificateFacts => ({
  ...{ serial, fingerprint: serial, names: ['shop.example.com'] },
  notBefore: `${notBefore}T00:00:00.000Z`,
  notAfter: `${notAfter}T12:00:00.000Z`,
});
const newest = facts('0B', '2026-11-01', '2027-02-01');
const older = facts('0A', '2026-09-01', '2026-12-31');
const judge = (
  readings: CertificateReading[],
  source: object = { selfSigned: { validity: 92 } },
  renewBefore = 30,
) => siteCertificates({ ...tlsWith(source), renewBefore }, readings, now);
const text = (...given: Parameters<typeof judge>) => formatCertificates(judge(...given), { colours: false });

describe('siteCertificates', () => {
  it('is well when all edges serve the same, with time left', () => {
    const found = judge([
      { edge: 'pi1', served: newest },
      { edge: 'pi2', served: newest },
    ]);
    expect(found).toEqual({
      ok: true,
      source: 'selfSigned',
      renewBefore: 30,
      edges: ['pi1', 'pi2'].map((edge) => ({ edge, ...newest, daysLeft: 66 })),
    });
  });

  it.each([
    ['runs out soon', { served: newest }, 67, 'fewer than 67 days left'],
    ['has ended', { served: facts('09', '2026-08-01', '2026-11-26') }, 30, 'has ended'],
    ['is not the newest', { served: older }, 30, 'another edge has a newer one (0B); run: pulumi up'],
    ['is none', { served: undefined }, 30, 'serves no certificate; run: pulumi up'],
    ['can’t be read', { unreached: "pi2 can't be reached" }, 30, "pi2 can't be reached"],
  ])('is not well when one %s', (_, reading, renewBefore, problem) => {
    const found = judge(
      [
        { edge: 'pi1', served: newest },
        { edge: 'pi2', ...reading },
      ],
      undefined,
      renewBefore,
    );
    expect(found.ok).toBe(false);
    expect(found.edges[1]!.problem).toBe(problem);
  });
});

describe('formatCertificates', () => {
  it('has a row for each edge', () => {
    expect(
      text([
        { edge: 'pi1', served: newest },
        { edge: 'pi2', served: older },
        { edge: 'pi3', unreached: "pi3 can't be reached" },
      ]),
    ).toBe(
      [
        'edge  serial  days  ends        names',
        'pi1   0B      66    2027-02-01  shop.example.com',
        'pi2   0A      34    2026-12-31  shop.example.com  another edge has a newer one (0B); run: pulumi up',
        "pi3   -       -     -           -                 pi3 can't be reached",
        '',
        'source: selfSigned; renewed with fewer than 30 days left',
        '',
      ].join('\n'),
    );
  });

  it.each([
    [
      { selfSigned: { validity: 92 } },
      'source: selfSigned; renewed with fewer than 67 days left. It is due: run: pulumi up',
    ],
    [
      { files: { certificate: 'a', key: 'b' } },
      'source: files; renewed with fewer than 67 days left. It is due: put a new certificate where the stack file says, then run: pulumi up',
    ],
  ])('says what to do when it is due', (source, line) => {
    expect(text([{ edge: 'pi1', served: newest }], source, 67)).toContain(`\n${line}\n`);
  });
});

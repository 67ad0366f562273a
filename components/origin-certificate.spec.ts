import type { CertificateConfig } from '../config/site-config';
import { factsOfPem } from '../edge/certificate-facts';
import { parseCertificateLabel } from '../edge/certificate-label';
import { newCertificate } from '../test/certificate';
import { goldenText } from '../test/golden-text';
import { runProgram, Secret } from '../test/registrations';
import { registrationsText } from '../test/registrations-text';
import { threeNodes, tlsWith } from '../test/sites';
import { makeCertificate } from './make-certificate';
import { OriginCertificate, type OriginCertificateArgs } from './origin-certificate';

const issued = newCertificate({ names: ['shop.example.com'] });
/** What the providers of tls and cloudflare answer. */
const outputs = {
  'tls:index/privateKey:PrivateKey': { privateKeyPem: issued.key },
  'tls:index/certRequest:CertRequest': { certRequestPem: 'the request as PEM' },
  'tls:index/selfSignedCert:SelfSignedCert': { certPem: issued.certificate },
  'cloudflare:index/originCaCertificate:OriginCaCertificate': { certificate: issued.certificate },
};

async function declare(
  certificate: CertificateConfig,
  args: Partial<OriginCertificateArgs> = {},
  nodes = threeNodes().nodes,
) {
  const base = threeNodes();
  const site = { ...base, nodes, edge: { ...base.edge, tls: tlsWith(certificate) } };
  let label: string | undefined;
  const { registrations } = await runProgram(
    site.site,
    () => {
      const made = new OriginCertificate('certificate', {
        site,
        material: {},
        plan: { made: '2026-11-28', news: '' },
        drift: '',
        make: makeCertificate,
        ...args,
      });
      made.label.apply((text) => (label = text));
    },
    outputs,
  );
  return { registrations, label };
}

type Registrations = Awaited<ReturnType<typeof declare>>['registrations'];
/** The certificate is another one in each run. */
const textOf = (registrations: Registrations) =>
  registrationsText(registrations).replace(
    /-----BEGIN CERTIFICATE-----[^]*?-----END CERTIFICATE-----/g,
    '(the certificate)',
  );
const deliveryOf = (registrations: Registrations) =>
  registrations.find(({ name }) => name === 'certificate-delivery')!;

describe('OriginCertificate', () => {
  it.each<[string, CertificateConfig]>([
    ['cloudflare', { cloudflare: { validity: 365 } }],
    ['self-signed', { selfSigned: { validity: 365 } }],
  ])('registers this: %s', async (source, config) => {
    const { registrations } = await declare(config);
    const text = textOf(registrations);
    expect(text).toBe(goldenText(`certificate-${source}.yaml`, text));
    expect(text).not.toContain('PRIVATE KEY');
  });

  it("makes nothing where the certificate is the operator's own, and gives its key as a secret", async () => {
    const files = { certificate: '/etc/shop.crt', key: '/etc/shop.key' };
    const { registrations } = await declare({ files }, { material: { own: issued } });
    expect(registrations.map(({ name }) => name)).toEqual(['certificate-delivery', 'certificate']);
    const { inputs } = deliveryOf(registrations);
    expect(inputs['stdin']).toEqual(new Secret(issued.key));
    expect(inputs['environment']).toMatchObject({ EVENKEEL_CERTIFICATE: issued.certificate });
  });

  it('is delivered to the edges that are not out for maintenance', async () => {
    const base = threeNodes();
    const edges = base.nodes.filter(({ roles }) => roles.includes('edge')).map(({ name }) => name);
    const nodes = base.nodes.map((node) => ({ ...node, maintenance: node.name === edges[0] }));
    const { registrations } = await declare({ selfSigned: { validity: 365 } }, {}, nodes);
    const environment = deliveryOf(registrations).inputs['environment'] as Record<string, string>;
    const named = JSON.parse(environment['EVENKEEL_EDGES']!) as { name: string }[];
    expect(named.map(({ name }) => name)).toEqual(edges.slice(1));
  });

  it('says in its label which certificate the edges are to serve', async () => {
    const { label } = await declare({ cloudflare: { validity: 365 } });
    expect(parseCertificateLabel(label)).toEqual({
      source: 'cloudflare',
      made: '2026-11-28',
      ...factsOfPem(issued.certificate),
    });
  });

  it('is renewed under new names, so that the old one goes when the edges have the new one', async () => {
    const keysOf = async (made: string) => {
      const { registrations } = await declare(
        { cloudflare: { validity: 365 } },
        { plan: { made, news: '' } },
      );
      return registrations.map(({ key }) => key);
    };
    const [before, after] = [await keysOf('2026-11-28'), await keysOf('2027-10-29')];
    expect(after.filter((key) => before.includes(key))).toEqual([
      'command:local:Command certificate-delivery',
      'evenkeel:index:OriginCertificate certificate',
    ]);
    expect(after).toHaveLength(before.length);
  });

  it('is delivered again when edges serve another one, and what heals them is no change afterwards', async () => {
    const ignored = async (drift: string) =>
      deliveryOf((await declare({ selfSigned: { validity: 365 } }, { drift })).registrations).ignoreChanges;
    expect(await ignored('')).toEqual(['environment.EVENKEEL_DRIFT']);
    expect(await ignored('0a1b')).toEqual([]);
  });
});

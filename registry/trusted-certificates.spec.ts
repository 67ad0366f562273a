import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Operator } from './operator.fixture';
import { certificateFolders, secureContextFor } from './trusted-certificates';

// That the certificates there are used is tested with a server, in resolve-image.spec.
describe('trusted certificates', () => {
  it("are looked for where Docker's engine and Docker Desktop look", () => {
    expect(certificateFolders('registry.example.com:5000', { HOME: '/home/ann' })).toEqual([
      '/etc/docker/certs.d/registry.example.com:5000',
      '/home/ann/.docker/certs.d/registry.example.com:5000',
    ]);
  });

  it('are named when they are none', async () => {
    const operator = await Operator.make();
    const folder = join(operator.home, '.docker/certs.d/registry.example.com');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'ca.crt'), 'garbage');
    expect(() => secureContextFor('registry.example.com', operator.settings.env!)).toThrow(
      `${folder}/ca.crt is not a certificate in PEM form.`,
    );
    operator.remove();
  });
});

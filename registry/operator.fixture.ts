import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureRegistryCertificate, type RegistryCertificate } from '../lab/certificates';
import type { ClientSettings } from './client-settings';

/** For specs: an operator's home folder with Docker's files in it, and a certificate for 127.0.0.1 of an authority of its own. */
export class Operator {
  private constructor(
    /** The home folder; a folder `bin` in it is first in PATH. */
    readonly home: string,
    readonly certificate: RegistryCertificate,
  ) {}

  static async make(): Promise<Operator> {
    const home = mkdtempSync(join(tmpdir(), 'evenkeel-operator-'));
    mkdirSync(join(home, 'bin'));
    return new Operator(home, await ensureRegistryCertificate(join(home, 'lab'), '127.0.0.1'));
  }

  /** For calls as this operator: no waiting to speak of between attempts. */
  get settings(): ClientSettings {
    const env = { HOME: this.home, PATH: `${join(this.home, 'bin')}:${process.env['PATH']}` };
    return { env, pausesMs: [5, 10, 20] };
  }

  /** Puts the authority where Docker looks for it. */
  trust(host: string): void {
    const folder = join(this.home, '.docker/certs.d', host);
    mkdirSync(folder, { recursive: true });
    cpSync(this.certificate.caFile, join(folder, 'ca.crt'));
  }

  /** Writes Docker's config; an object as JSON. */
  dockerConfig(content: object | string): void {
    mkdirSync(join(this.home, '.docker'), { recursive: true });
    writeFileSync(
      join(this.home, '.docker/config.json'),
      typeof content === 'string' ? content : JSON.stringify(content),
    );
  }

  /** Writes a login by password into Docker's config, as `docker login` does. */
  dockerLogin(host: string, user: string, password: string): void {
    this.dockerConfig({ auths: { [host]: { auth: Buffer.from(`${user}:${password}`).toString('base64') } } });
  }

  /** Installs `docker-credential-<name>`. @param script of a shell; what it is asked is on standard input */
  credentialHelper(name: string, script: string): void {
    const file = join(this.home, 'bin', `docker-credential-${name}`);
    writeFileSync(file, `#!/bin/sh\n${script}\n`);
    chmodSync(file, 0o755);
  }

  /** Forgets logins; keeps certificates. */
  logOut(): void {
    rmSync(join(this.home, '.docker/config.json'), { force: true });
  }

  remove(): void {
    rmSync(this.home, { recursive: true, force: true });
  }
}

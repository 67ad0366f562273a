import type { Duplex } from 'node:stream';
import { certificateFile, masterSocket, originPullsFile } from '../edge/edge-paths';
import { factsOfPem } from '../edge/certificate-facts';
import { SshSession } from '../remote/ssh-session';
import { newCertificate } from '../test/certificate';
import { SshServer } from '../test/ssh-server';
import { deliverCertificate } from './deliver-certificate';

const names = ['shop.example.com'];
const old = newCertificate({ names, days: 10 });
const renewed = newCertificate({ names, days: 60 });
const authority = newCertificate({ names: ['ca'], isAuthority: true });
const bundle = `${renewed.certificate}${renewed.key}`;
const { serial } = factsOfPem(renewed.certificate);

/** A machine with an edge that serves a certificate, as far as the delivery sees it. */
class Machine {
  /** What was run as root, with what came on its standard input. */
  readonly ran: { command: string; stdin: string }[] = [];
  readonly asked: string[] = [];
  serves: string | undefined = old.certificate;
  /** HAProxy's answer to `commit ssl cert`; undefined: it does it. */
  refuses: string | undefined;
  /** Whether a HAProxy listens. */
  runs = true;
  private pending = '';
  private server!: SshServer;

  static async start(): Promise<Machine> {
    const machine = new Machine();
    machine.server = await SshServer.start({
      exec: (command, stdin) => {
        machine.ran.push({ command, stdin });
        return {};
      },
      unixSocket: (path) =>
        path === masterSocket && machine.runs ? (stream) => machine.connect(stream) : undefined,
    });
    return machine;
  }

  session(): Promise<SshSession> {
    return SshSession.open(this.server.target());
  }

  close(): Promise<void> {
    return this.server.close();
  }

  private connect(stream: Duplex): void {
    let command = '';
    stream.on('data', (chunk: Buffer) => (command += chunk.toString('utf8')));
    stream.on('end', () => {
      this.asked.push(command.split('\n')[0]!);
      stream.end(this.answer(command));
    });
  }

  private answer(command: string): string {
    const [, verb, , kind] = command.split(/\s+/);
    if (verb === 'show' && command.includes('version')) return '2.6.12\n';
    if (kind === 'ca-file') return 'Status: Unused\n';
    if (verb === 'show')
      return this.serves ? told(this.serves) : "Can't display the certificate: Not found\n";
    if (verb === 'set') {
      this.pending = command.split('<<\n')[1]!;
      return 'Transaction created for certificate!\n';
    }
    if (verb === 'commit' && this.refuses) return this.refuses;
    if (verb === 'commit') {
      this.serves = this.pending;
      return 'Committing.\nSuccess!\n';
    }
    return '\n';
  }
}

function told(pem: string): string {
  const { serial, fingerprint, names, notBefore, notAfter } = factsOfPem(pem);
  return `Status: Used\nSerial: ${serial}\nnotBefore: ${notBefore}\nnotAfter: ${notAfter}\nSubject Alternative Name: DNS:${names[0]}\nSHA1 FingerPrint: ${fingerprint}\n`;
}

describe('deliverCertificate', () => {
  let machines: Record<string, Machine>;
  beforeEach(async () => {
    machines = { pi1: await Machine.start(), pi2: await Machine.start() };
  });
  afterEach(() => Promise.all(Object.values(machines).map((machine) => machine.close())));

  const contact = {
    session: (name: string) =>
      machines[name]?.session() ?? Promise.reject(new Error(`${name} can't be reached`)),
  };
  const deliver = (edges = ['pi1', 'pi2'], files: Parameters<typeof deliverCertificate>[1] = { bundle }) =>
    deliverCertificate(edges, files, contact);

  it('writes the file first, then loads it, on every edge', async () => {
    expect(await deliver()).toEqual([
      `pi1: serves serial ${serial}, 59 days left`,
      `pi2: serves serial ${serial}, 59 days left`,
    ]);
    for (const { ran, serves } of Object.values(machines)) {
      expect(ran.map(({ stdin }) => stdin)).toEqual([bundle]);
      expect(ran[0]!.command).toContain(`mv -f ${certificateFile}.next ${certificateFile}`);
      expect(ran[0]!.command).toContain('umask 077');
      expect(serves).toContain(renewed.certificate.trim());
    }
  });

  it('has the key in no command', async () => {
    await deliver();
    const line = renewed.key.split('\n')[1]!;
    for (const { ran, asked } of Object.values(machines))
      expect([...ran.map(({ command }) => command), ...asked].join('\n')).not.toContain(line);
  });

  it('changes nothing in a HAProxy that serves it already', async () => {
    machines['pi1']!.serves = renewed.certificate;
    await deliver(['pi1']);
    expect(machines['pi1']!.asked.filter((command) => !command.startsWith('@1 show'))).toEqual([]);
  });

  it('brings the CA of origin pulls too', async () => {
    await deliver(['pi1'], { bundle, originPullsCa: authority.certificate });
    expect(machines['pi1']!.ran.map(({ stdin }) => stdin)).toEqual([bundle, authority.certificate]);
    expect(machines['pi1']!.ran[1]!.command).toContain(originPullsFile);
  });

  it.each([
    ['has no TLS yet', (machine: Machine) => (machine.serves = undefined)],
    ['does not run', (machine: Machine) => (machine.runs = false)],
  ])(
    'leaves the file for a HAProxy that %s',
    async (_, make) => {
      make(machines['pi1']!);
      expect(await deliver(['pi1'])).toEqual([
        `pi1: has serial ${serial}; its HAProxy takes it when it starts with TLS`,
      ]);
      expect(machines['pi1']!.ran).toHaveLength(1);
    },
    20_000,
  );

  it('leaves out and names a machine that is away', async () => {
    expect(await deliver(['pi1', 'pi3'])).toEqual([
      `pi1: serves serial ${serial}, 59 days left`,
      "pi3: left out, gets it by the next pulumi up after its return: pi3 can't be reached",
    ]);
  });

  it('fails when no machine can be reached', async () => {
    await expect(deliver(['pi3'])).rejects.toThrow(
      new Error(
        `The certificate with serial ${serial} is not on pi3:\n` +
          "  pi3: left out, gets it by the next pulumi up after its return: pi3 can't be reached\n" +
          'Each of them serves what it had. Run pulumi up again.',
      ),
    );
  });

  it('fails with HAProxy’s words when it does not take it, and the other edges have it all the same', async () => {
    machines['pi1']!.refuses = "inconsistencies between private key and certificate\nCan't commit!\n";
    await expect(deliver()).rejects.toThrow(
      `The certificate with serial ${serial} is not on pi1:\n` +
        `  pi1: HAProxy does not take ${certificateFile}: inconsistencies between private key and certificate Can't commit!\n` +
        `  pi2: serves serial ${serial}, 59 days left\n`,
    );
    expect(machines['pi1']!.asked.at(-1)).toBe(`@1 abort ssl cert ${certificateFile}`);
    expect(machines['pi2']!.serves).toContain(renewed.certificate.trim());
  });
});

import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { addressOwnerScript, elsewhereFile } from './address-owner';

const held = 'add element inet evenkeel_owner undecided { 192.0.2.10 }';
const released = 'delete element inet evenkeel_owner undecided { 192.0.2.10 }';

/** Nobody is there (RFC 5737). That somebody answers for an address is tried on the lab: `evenkeel drill --failure 'machine cut off'`. */
const nowhere = ['pi2=192.0.2.2', 'pi3=192.0.2.3'];

// Interfaces are read from Linux's /sys.
(process.platform === 'linux' ? describe : describe.skip)(
  'the script that keepalived runs when an address moves',
  () => {
    let directory: string;
    beforeEach(() => {
      directory = mkdtempSync(join(tmpdir(), 'evenkeel-owner-'));
      const nft = join(directory, 'nft');
      writeFileSync(nft, `#!/bin/sh\ncat >>'${directory}/rules'\n`);
      chmodSync(nft, 0o755);
    });
    afterEach(() => rmSync(directory, { recursive: true }));

    /** @returns the rules that it gave to nft; `here`: whether the machine has the address, whatever `state` says. */
    function run(state: string, others: string[], port = 1, here = state === 'MASTER'): string {
      const ip = join(directory, 'ip');
      writeFileSync(
        ip,
        `#!/bin/sh\n[ "$*" != '-o address show to 192.0.2.10' ] || printf '%s' '${here ? 'it' : ''}'\n`,
      );
      chmodSync(ip, 0o755);
      const script = addressOwnerScript.replaceAll('/run/evenkeel', join(directory, 'evenkeel'));
      const args = [String(port), 'lo', 'pi1=192.0.2.1', ...others, 'INSTANCE', '192.0.2.10', state, '100'];
      const { status, stderr, stdout } = spawnSync('perl', ['-', ...args], {
        input: script,
        encoding: 'utf8',
        env: { PATH: `${directory}:${process.env['PATH']}` },
        timeout: 15_000,
      });
      expect({ status, stderr, stdout }).toEqual({ status: 0, stderr: '', stdout: '' });
      expect(existsSync(join(directory, elsewhereFile.replace('/run/', '')))).toBe(false);
      const rules = join(directory, 'rules');
      return existsSync(rules) ? readFileSync(rules, 'utf8') : '';
    }

    it('keeps silent for an address that it has not', () => {
      for (const state of ['BACKUP', 'FAULT', 'STOP']) {
        const rules = run(state, ['pi2=127.0.1.2', 'pi3=127.0.1.3']);
        expect(rules).toContain(held);
        expect(rules).toContain('fib daddr type local ip daddr @undecided meta l4proto tcp drop\n');
        // Else this machine would forward it, and its conntrack would know the connection.
        expect(rules).toContain('iifname "lo" fib daddr type != local ip daddr @shared drop\n');
        expect(rules).toContain('add element inet evenkeel_owner shared { 192.0.2.10 }\n');
        expect(rules).not.toContain(released);
      }
    });

    it('goes by where the address is when it is heard late: on a busy machine keepalived has changed its mind by then', () => {
      const late = run('BACKUP', nowhere, 1, true);
      expect(late).toContain(released);
      expect(late).not.toContain(held);
      rmSync(join(directory, 'rules'));
      const gone = run('MASTER', nowhere, 1, false);
      expect(gone).toContain(held);
      expect(gone).not.toContain(released);
    });

    it('answers for an address that it was given while it reaches most edges, listening or not', async () => {
      const server = createServer().listen(0, '127.0.1.2');
      await once(server, 'listening');
      const { port } = server.address() as AddressInfo;
      const rules = run('MASTER', ['pi2=127.0.1.2', nowhere[1]!], port);
      server.close();
      expect(rules).toContain(released);
      expect(rules).not.toContain(held);
      expect(run('MASTER', ['pi2=127.0.1.2', nowhere[1]!], port)).toContain(released);
    });

    it('answers for it when nobody else does, and where there are two edges', () => {
      expect(run('MASTER', nowhere)).toContain(released);
      expect(run('MASTER', nowhere.slice(1))).toContain(released);
    });
  },
);

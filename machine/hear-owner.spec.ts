import { spawnSync } from 'node:child_process';
import { hearOwnerScript } from './hear-owner';

/** Of the loopback interface: nobody answers ARP there. That somebody does is tried on the lab: test/lab/shared-address.spec.ts. */
function run(address: string): { status: number | null; stderr: string } {
  const { status, stderr } = spawnSync('perl', ['-', address, 'lo', '10'], {
    input: hearOwnerScript,
    encoding: 'utf8',
    timeout: 15_000,
  });
  return { status, stderr };
}

// Interfaces are read from Linux's /sys.
(process.platform === 'linux' ? describe : describe.skip)(
  'the wait for the owner of a shared address',
  () => {
    it('ends at once where nobody has the address', () => {
      expect(run('192.0.2.10')).toEqual({ status: 0, stderr: '' });
    });

    it('is not there for an IPv6 address', () => {
      expect(run('2001:db8::10')).toEqual({ status: 0, stderr: '' });
    });
  },
);

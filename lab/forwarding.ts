import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { run } from './run';

const setting = '/proc/sys/net/ipv4/ip_forward';

/** Keeps in `file` whether this machine forwards packets: dockerd turns it on at its start and never off again. */
export function rememberForwarding(file: string): void {
  writeFileSync(file, readFileSync(setting));
}

/**
 * Takes out of this machine's packet filter what a dockerd put there and leaves behind when it ends: its chains, and,
 * where `rememberForwarding` found it off, forwarding. Only to be called when no dockerd is left.
 */
export async function restoreForwarding(file: string): Promise<void> {
  for (const table of ['filter', 'nat']) {
    const { stdout, code } = await iptables(table, ['-S']);
    if (code !== 0) continue;
    const rules = stdout.split('\n');
    const chains = rules
      .map((rule) => /^-N (DOCKER\S*)/.exec(rule)?.[1])
      .filter((chain) => chain !== undefined);
    // The chains' own rules go with a flush; those of other chains that jump into them are deleted one by one.
    const jumps = rules.filter((rule) => /^-A (?!DOCKER).* -j DOCKER/.test(rule));
    for (const rule of jumps) await iptables(table, rule.replace(/^-A/, '-D').split(' '));
    for (const chain of chains) await iptables(table, ['-F', chain]);
    for (const chain of chains) await iptables(table, ['-X', chain]);
  }
  if (!existsSync(file) || readFileSync(file, 'utf8').trim() !== '0') return;
  // Where dockerd turned forwarding on it also closed the chain for all that is not its own.
  await iptables('filter', ['-P', 'FORWARD', 'ACCEPT']);
  writeFileSync(setting, '0');
}

function iptables(table: string, words: string[]): Promise<{ stdout: string; code: number }> {
  return run(['iptables', '--wait', '-t', table, ...words]).catch(() => ({ stdout: '', code: 1 }));
}

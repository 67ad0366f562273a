import { isIP } from 'node:net';

/**
 * Rules for nft that cut a machine off from some addresses while everybody else reaches it: next to the wire, so that
 * what its containers send and get is cut off too (the edge's looks at other machines are forwarded, and pass neither
 * `input` nor `output`). They are a table of their own: `nft delete table inet NAME` ends it.
 *
 * @param addresses of the other machines, IPv4 and IPv6.
 * @param ports of the machine's own that nobody reaches any more; default: none.
 */
export function cutOffRules(
  table: string,
  addresses: readonly string[],
  ports: readonly number[] = [],
): string {
  const rules = (end: string) =>
    ([4, 6] as const)
      .map((version) => ({ version, own: addresses.filter((address) => isIP(address) === version) }))
      .filter(({ own }) => own.length > 0)
      .map(({ version, own }) => ` ${version === 4 ? 'ip' : 'ip6'} ${end} { ${own.join(', ')} } drop\n`)
      .join('');
  const closed = ports.length > 0 ? ` tcp dport { ${ports.join(', ')} } drop\n` : '';
  return `table inet ${table} {
chain in {
 type filter hook prerouting priority -450
${rules('saddr')}${closed}}
chain out {
 type filter hook postrouting priority 450
${rules('daddr')}}
}
`;
}

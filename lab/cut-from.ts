/**
 * nftables rules that cut a machine off from some addresses while everybody else reaches it: next to the wire, so that
 * what its containers send and get is cut off too (the edge's looks at other machines are forwarded, and pass neither
 * `input` nor `output`). They are a table of their own: `nft delete table inet NAME` ends it.
 *
 * @param addresses of the other machines.
 * @param ports of the machine's own that nobody reaches any more; default: none.
 */
export function cutFrom(table: string, addresses: readonly string[], ports: readonly number[] = []): string {
  const others = addresses.join(', ');
  const closed = ports.length > 0 ? `\n tcp dport { ${ports.join(', ')} } drop` : '';
  return `table inet ${table} {
chain in {
 type filter hook prerouting priority -450
 ip saddr { ${others} } drop${closed}
}
chain out {
 type filter hook postrouting priority 450
 ip daddr { ${others} } drop
}
}
`;
}

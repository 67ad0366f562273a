import { readinessPath } from '../edge/edge-paths';
import { elsewhereFile, elsewhereFor } from './address-owner';

/** Where the script is: beside keepalived's configuration, in a folder that only root writes to. */
export const edgeReadinessFile = '/etc/keepalived/evenkeel-edge-readiness';

/**
 * What keepalived runs each second, as nobody: exit code 1 means that another edge of the LAN should have the shared
 * addresses. An edge is only ever compared with the others, so that an address stays somewhere when all are equally bad:
 * the edges are judged, not the services behind them.
 *
 * bash and nothing else, since it runs for ever on small machines: a look costs a fork (1.5 ms of CPU on the 2-core
 * machine of the lab), where curl would cost 7.
 *
 * The edge is asked at its own address, as clients ask it: at 127.0.0.1 would be Docker's userland proxy, which dies
 * with dockerd while the way of the clients lives on.
 */
export const edgeReadinessScript = String.raw`#!/bin/bash
# Written by Evenkeel, run by keepalived: exit code 1 says that another edge should have the shared addresses.
#   answers PORT NAME=ADDRESS OTHER=ADDRESS...   this edge refuses connections, and another one answers
#   ready PORT NAME=ADDRESS OTHER=ADDRESS...     another edge is better, or has the address and can't be heard
# When no other is better, nothing is said: an address stays where it is while all are equally bad.
what=$1 port=$2
shift 2
edges=("$@")

# Asks the edge NAME=ADDRESS; its answer comes through the descriptor $from, from the process $child.
ask() {
  exec {from}< <(
    exec 2>/dev/null 3<>"/dev/tcp/${'$'}{1#*=}/$port" || exit
    printf 'GET ${readinessPath} HTTP/1.0\r\nHost: edge\r\n\r\n' >&3
    IFS= read -r -d '' text <&3
    printf %s "$text"
  )
  child=$!
}

# Waits for the answer of the process $child through $from. It is "late" after SECONDS, and empty when there is none.
hear() {
  IFS= read -r -d '' -t "$1" answer <&"$from"
  [ $? -le 128 ] || { answer=late; kill "$child" 2>/dev/null; }
  exec {from}<&-
}

# Asks all edges at once: $answers, in their order.
ask_all() {
  local froms=() children=() index patience=0.4
  for index in "${'$'}{!edges[@]}"; do
    ask "${'$'}{edges[index]}"
    froms[index]=$from children[index]=$child
  done
  for index in "${'$'}{!edges[@]}"; do
    from=${'$'}{froms[index]} child=${'$'}{children[index]}
    hear "$patience"
    answers[index]=$answer
    # The others have had the same time by then.
    [ "$answer" != late ] || patience=0.05
  done
}

# How good each edge is, as $rates: 0 without an answer, 1 while its node is in maintenance (by the word of any edge: its
# own may not know), 2 when it is not ready, and more the more services it serves.
rate_all() {
  local index maintenance=
  for index in "${'$'}{!edges[@]}"; do
    [[ ${'$'}{answers[index]} =~ \"maintenance\":\[([^]]*)\] ]] && maintenance+=${'$'}{BASH_REMATCH[1]},
  done
  for index in "${'$'}{!edges[@]}"; do
    rates[index]=0
    [[ ${'$'}{answers[index]} == HTTP/* ]] || continue
    rates[index]=2
    [[ ${'$'}{answers[index]} == *'"ready":true'* && ${'$'}{answers[index]} =~ \"serves\":([0-9]+) ]] &&
      rates[index]=$((2 + BASH_REMATCH[1]))
    [[ $maintenance == *"\"${'$'}{edges[index]%%=*}\""* ]] && rates[index]=1
  done
}

if [ "$what" = answers ]; then
  # Three looks, and more while the last one was refused: two in a row are no accident. An edge that is only slow is not
  # dead; one that never answers any more is not ready.
  looks=0 refused=0
  while :; do
    ask "${'$'}{edges[0]}"
    hear 0.25
    [ -z "$answer" ] && refused=$((refused + 1)) || refused=0
    looks=$((looks + 1))
    [ $refused -lt 2 ] || break
    [ $looks -lt 3 ] || [ $refused -gt 0 ] || exit 0
    sleep 0.25
  done
fi
# The address is another's, whom this edge can't hear (the script address-owner).
[ "$what" = answers ] || [ ! -e ${elsewhereFile} ] || [ -z "$(find ${elsewhereFile} -newermt '${elsewhereFor} seconds ago' 2>/dev/null)" ] || exit 1
answers=() rates=()
ask_all
[ "$what" = ready ] || answers[0]=
rate_all
for rate in "${'$'}{rates[@]}"; do
  [ "$rate" -le "${'$'}{rates[0]}" ] || exit 1
done
exit 0
`;

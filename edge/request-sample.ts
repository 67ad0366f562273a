import type { SlotName } from '../config/site-config';
import type { SlotSample } from '../release/canary-verdict';

/**
 * HAProxy's `log-format` for the requests of a service with a canary; HAProxy 2.6 and later (tried: 2.6.12, 3.0.0).
 * `show stat` has averages only, so this is where times come from. To be used as
 *
 *     log ring@canary format raw local0
 *     log-format "<this>"
 *
 * or with `log stdout format raw`; without `option dontlog-normal` (it logs failures alone) and without `option
 * logasap` (it logs before the end is known). No field comes from a client. What does (a path) may stand before them in
 * a line: the sample is what the line ends with, so no client can forge one.
 * The fields (HAProxy's configuration.txt 8.2.6, with 8.2.3, 8.4 and 8.5 for what they mean):
 *
 * - `canary`: tells these lines from HAProxy's other ones.
 * - `%pid %rt`: process and its request counter. A reload starts a new process, whose counter begins at 0.
 * - `%Ts%ms %Th %Ti`: ms since 1970 of the accept, handshake, idle time. Only their sum is the beginning of the request:
 *   of a later one on a kept-alive connection %Ts is when the answer before it had been sent. `%tr`, which is that sum,
 *   is local time without a zone, and the fetch `request_date` is not in 2.6.
 * - `%b %s`: backend, which is `<service>-<slot>`, and the last server tried.
 * - `%ST`: status. `%Tr`: ms until the answer's headers. `%Ta`: ms until the end. `%ts`: how it ended, two characters.
 */
export const requestSampleFormat = 'canary %pid %rt %Ts%ms %Th %Ti %b %s %ST %Tr %Ta %ts';

/**
 * What an edge logged of one request that it sent to a slot.
 *
 * `at` is when its first byte arrived, by the edge's clock. `ms` is %Tr: from the connection to the server until the
 * answer's headers were there. Not %Tw and %Tc: a candidate with a small share has fewer connections open to be used
 * again. Not %Ta: that is how fast the client reads. (A client that is slow to send a body is in %Tr, for both slots
 * alike.) Without headers `ms` is %Ta.
 */
export interface RequestSample extends SlotSample {
  /** HAProxy's process id; with `counter` and the edge's name it names the request. */
  process: number;
  counter: number;
  service: string;
  slot: SlotName;
  /** Name of the node of the last server tried; undefined when there was none to try. */
  server: string | undefined;
  /** As the client got it; -1 when it got none. */
  status: number;
  /** ms until the end, with the transfer of the body; of a WebSocket, as long as it was open. */
  activeMs: number;
  /** The first two characters of HAProxy's termination state. */
  termination: string;
}

const sampleLine =
  /(?:^|\s)canary (\d+) (\d+) (\d{13,}) (-?\d+) (-?\d+) (\S+)-(blue|green) (\S+) (-?\d+) (-?\d+) (\d+) ([A-Za-z-]{2})\s*$/;

/**
 * Reads a line in `requestSampleFormat`, with or without a prefix such as a time or a task's name.
 *
 * @returns undefined for any other line, and for a request that got to no slot: one that the edge answered itself or
 *   passed on to another edge, which logs it.
 */
export function parseRequestSample(line: string): RequestSample | undefined {
  const match = sampleLine.exec(line);
  if (!match) return undefined;
  const [, process, counter, accepted, handshake, idle, service, slot, server, status, response, active] =
    match as unknown as string[];
  const headers = Number(response);
  const ended = { status: Number(status), headers, termination: match[12]! };
  return {
    process: Number(process),
    counter: Number(counter),
    // -1 is "never came to that", and adds nothing.
    at: Number(accepted) + Math.max(0, Number(handshake)) + Math.max(0, Number(idle)),
    service: service!,
    slot: slot as SlotName,
    server: server === '<NOSRV>' ? undefined : server,
    status: ended.status,
    activeMs: Number(active),
    ms: headers >= 0 ? headers : Number(active),
    termination: ended.termination,
    failed: outcome(ended) === 'failed',
    aborted: outcome(ended) === 'aborted',
  };
}

/** How a request ended, in HAProxy's values. */
interface End {
  status: number;
  /** %Tr: -1 when the server's headers never were complete. */
  headers: number;
  termination: string;
}

/**
 * Whose doing a request's end was (configuration.txt 8.5; each case with "tried" was seen on 2.6.12 and 3.0.0).
 *
 * - 101 is answered, however the tunnel ends: a WebSocket ends by a client that leaves (CD), by either side's silence
 *   (cD, sD) or by the server's closing it (SD), all of them tried, and none is a failure.
 * - A 5xx that the server sent whole headers of is the slot's failure, also when the client then left (CD, tried).
 * - 4xx is none: it says what was wrong with a request, and scanners, old bookmarks and expired logins bring them to
 *   both slots alike. A candidate that answers 404 where it must not is for the acceptance command to find. That goes
 *   for 499 too, which HAProxy never makes itself: with it a server says that a client left.
 * - First character C or c: the client left, or was silent too long. No failure, whatever status HAProxy noted (-1 and 400
 *   tried), and no success either. Without `option abortonclose` HAProxy sees a client leave only when it has something
 *   to send to it: when the server never answers, that is its own failure (sH, tried).
 * - S, s, D: the server refused (SC; with no server up too, tried), broke off (SH, SD), was too slow (sC, sH, sD), had
 *   no place (sQ) or went down. Only what the client was left with counts: a connection that was refused and tried
 *   again with success is no failure.
 * - P: the proxy refused the server's answer (PH with 502 or 500; PD, of which the manual says that it is the server in
 *   most cases). PH with 400 is a client's malformed body (tried), PR a refused request, PC the edge's own limit.
 * - K, L, R, I, U: an operator, the edge's own answer, its lack of resources, its own fault: not the slot's.
 * - `-`: it ended as it should; without any status (-1) it was no answer.
 */
function outcome({ status, headers, termination }: End): 'answered' | 'failed' | 'aborted' {
  if (headers >= 0 && status === 101) return 'answered';
  if (headers >= 0 && status >= 500) return 'failed';
  switch (termination.charAt(0)) {
    case '-':
      return status >= 500 || status < 100 ? 'failed' : 'answered';
    case 'S':
    case 's':
    case 'D':
      return 'failed';
    case 'P':
      return termination[1] === 'D' || (termination[1] === 'H' && status >= 500) ? 'failed' : 'aborted';
    default:
      return 'aborted';
  }
}

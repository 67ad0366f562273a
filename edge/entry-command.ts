import {
  awaitServersFile,
  haproxyCfgFile,
  leavingFile,
  leavingScriptFile,
  masterSocket,
  pointerMapFile,
  serverStateFile,
} from './edge-paths';
import { awaitServersScript } from './haproxy-cfg/await-servers';
import { leavingScript } from './haproxy-cfg/leaving';

/** Name of the one environment variable of the edge's task. */
export const edgeVariable = 'EVENKEEL';

/** Labels of the edge's Swarm service that the variable is made of. */
export const pointerLabel = 'evenkeel.pointer';
export const haproxyLabel = 'evenkeel.haproxy';

/**
 * Value of the variable in the task template: Swarm expands it when it makes a task (measured, DESIGN.md), so an edge
 * that is reborn is born with the labels of that moment. The pointer, which ends in a newline, comes first, then an
 * empty line, then `haproxy.cfg` by gzip and base64, on one line.
 */
export const edgeVariableTemplate = `{{index .Service.Labels "${pointerLabel}"}}\n{{index .Service.Labels "${haproxyLabel}"}}`;

/** The most that one string of a process's environment can hold: MAX_ARG_STRLEN, 32 pages (Linux, execve(2)). */
export const maxEnvironmentString = 128 * 1024;

/**
 * How long who sends clients to an edge may take to follow its readiness, in ms: keepalived looks each second, believes
 * the second look, and its address is elsewhere 0.6 s later (measured on the lab, LAB-FACTS.md).
 */
export const followTime = 5000;

/**
 * What an edge's container runs: it lays out the map and `haproxy.cfg` from the variable, refuses to start without a
 * pointer (an edge that guessed would show the public a version that nobody chose), and runs HAProxy in master-worker
 * mode. Told to stop (SIGUSR1), it first says that it is not ready, so that a shared address moves on while the port is
 * still open; then HAProxy finishes. Plain POSIX shell: official HAProxy images have nothing more.
 */
export const entryCommand = [
  'sh',
  '-euc',
  `umask 007
rm -f ${pointerMapFile} ${haproxyCfgFile} ${serverStateFile} ${awaitServersFile} ${leavingScriptFile} ${leavingFile}
printf '%s\\n' "$${edgeVariable}" | sed '/^$/,$d' >${pointerMapFile}
if ! grep -Eq '^generation [1-9][0-9]*$' ${pointerMapFile}; then
  echo 'evenkeel: the label ${pointerLabel} of this service is empty or has no generation; refusing to serve. Run: pulumi up' >&2
  exit 78
fi
printf '%s\\n' "$${edgeVariable}" | sed '1,/^$/d' | base64 -d | gzip -d >${haproxyCfgFile}
echo 1 >${serverStateFile}
cat >${awaitServersFile} <<'LUA'
${awaitServersScript}
LUA
cat >${leavingScriptFile} <<'LUA'
${leavingScript}
LUA
unset ${edgeVariable}
haproxy=
trap 'touch ${leavingFile}; sleep ${followTime / 1000}; kill -USR1 $haproxy' USR1
trap 'kill -TERM $haproxy' TERM INT
haproxy -W -S ${masterSocket},mode,660 -f ${haproxyCfgFile} &
haproxy=$!
code=0
while kill -0 $haproxy 2>/dev/null; do code=0; wait $haproxy || code=$?; done
exit $code
`,
];

/** Label of the edge's Swarm service with the hash of its task template: a change of it means that edges restart. */
export const templateLabel = 'evenkeel.template';

import { Readable } from 'node:stream';
import type Docker from 'dockerode';
import { LogFrames, type ContainerLine } from './log-frames';
import { within } from './within';

/** One container of a slot on one node, as Docker lists it. */
export interface SlotContainer {
  id: string;
  imageId: string;
  /** ISO 8601, UTC; to the second. */
  created: string;
  /** Docker's word: `created`, `running`, `restarting`, `paused`, `exited`, `dead`. */
  state: string;
  /** For people, e.g. `Exited (1) 5 minutes ago`. */
  status: string;
}

/** How long Docker may take to answer, in ms. */
const limit = 5000;

/** The label that Swarm gives each container of a service. */
const serviceLabel = 'com.docker.swarm.service.name';

/** The containers of a Swarm service on this node, those that have ended too (Swarm keeps a few), the newest first. */
export async function slotContainers(docker: Docker, swarmService: string): Promise<SlotContainer[]> {
  const filters = { label: [`${serviceLabel}=${swarmService}`] };
  const listed = await within(limit, 'Docker', docker.listContainers({ all: true, filters }));
  return listed
    .sort((one, other) => other.Created - one.Created)
    .map(({ Id, ImageID, Created, State, Status }) => ({
      id: Id,
      imageId: ImageID,
      created: new Date(Created * 1000).toISOString(),
      state: State,
      status: Status,
    }));
}

/** Whether a container has ended for good: Swarm starts none again, it makes a new one. */
export function hasEnded({ state }: SlotContainer): boolean {
  return state === 'exited' || state === 'dead';
}

/** The last lines that a container printed, the oldest first; none of one that Swarm has taken away meanwhile. */
export async function lastLines(docker: Docker, id: string, tail: number): Promise<ContainerLine[]> {
  const asked = docker
    .getContainer(id)
    .logs({ stdout: true, stderr: true, timestamps: true, tail })
    .catch((error: unknown) => noneIfGone(error, Buffer.alloc(0)));
  const lines: ContainerLine[] = [];
  const frames = new LogFrames((line) => lines.push(line));
  frames.push(await within(limit, 'Docker', asked));
  frames.end();
  // Both streams come in the order in which Docker got them, but for the ends of cut lines.
  return lines.slice(-tail);
}

/**
 * Passes on what a container prints until it ends, the connection breaks or `signal` says so.
 *
 * @param after only lines later than this time (as `ContainerLine.at`); undefined: all from the start.
 * @throws Error when the connection breaks.
 */
export async function followLines(
  docker: Docker,
  id: string,
  after: string | undefined,
  signal: AbortSignal,
  onLine: (line: ContainerLine) => void,
): Promise<void> {
  const options = {
    follow: true,
    stdout: true,
    stderr: true,
    timestamps: true,
    ...(after && { since: unixTime(after) }),
    abortSignal: signal,
  } as const;
  const asked = docker
    .getContainer(id)
    .logs(options)
    .catch((error: unknown) => noneIfGone(error, Readable.from([])));
  const stream = await within(limit, 'Docker', asked);
  // Docker takes `since` to mean "not before", so that the last line known comes once more.
  const frames = new LogFrames((line) => {
    if (!after || line.at > after) onLine(line);
  });
  try {
    for await (const chunk of stream) frames.push(chunk as Buffer);
  } catch (error) {
    if (!signal.aborted) throw new Error('the connection to its Docker broke', { cause: error });
  } finally {
    frames.end();
  }
}

/** @throws whatever it is, but for Docker's word that there is no such container. */
function noneIfGone<T>(error: unknown, none: T): T {
  if ((error as { statusCode?: number }).statusCode === 404) return none;
  throw error;
}

/** Seconds since 1970 with nine decimals, as Docker's `since` takes them. */
function unixTime(at: string): string {
  return `${Date.parse(`${at.slice(0, 19)}Z`) / 1000}${at.slice(19, -1)}`;
}

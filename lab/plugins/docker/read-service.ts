import type Dockerode from 'dockerode';
import type { Bag } from '../provider/json';
import type { Pause } from './pause';
import { asBag, asList, asText } from './reading';
import { sameJson } from '../provider/same-json';

/** How long Swarm may take to allocate a new endpoint, in ms, and how often to look. The official plugin waits 2 s always. */
const PATIENCE = 2000;
const INTERVAL = 50;

/**
 * Reads a service by its ID or, as the official plugin does, by its name: a service that somebody has made anew under
 * the same name is adopted.
 *
 * The endpoint follows an update a moment later; a state read before that would show yesterday's ports.
 *
 * @returns the service; `null` where there is none
 */
export async function readService(
  client: Dockerode,
  id: string,
  name: string,
  pause: Pause,
  signal: AbortSignal,
): Promise<Bag | null> {
  const all = (await client.listServices()) as unknown as Bag[];
  const found = all.find((each) => each['ID'] === id || asBag(each['Spec'])['Name'] === name);
  if (found === undefined) return null;
  const service = client.getService(asText(found['ID']));
  let read = (await service.inspect()) as Bag;
  for (let waited = 0; waited < PATIENCE && !isAllocated(read); waited += INTERVAL) {
    await pause(INTERVAL, signal);
    read = (await service.inspect()) as Bag;
  }
  return read;
}

function isAllocated(service: Bag): boolean {
  const asked = asBag(asBag(service['Spec'])['EndpointSpec']);
  const made = asBag(asBag(service['Endpoint'])['Spec']);
  return (
    asText(made['Mode']) === asText(asked['Mode']) && sameJson(asList(made['Ports']), asList(asked['Ports']))
  );
}

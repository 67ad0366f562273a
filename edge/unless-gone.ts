import { RuntimeApi } from './runtime-api';

/**
 * What comes of telling a worker something; undefined when it was an old one that has finished meanwhile, whatever it failed
 * in: it sends nothing anywhere any more.
 *
 * @param worker as `RuntimeApi.workers` names it.
 * @throws Error of `act` while the worker is there.
 */
export async function unlessGone<T>(
  api: RuntimeApi,
  worker: string,
  act: Promise<T>,
): Promise<T | undefined> {
  try {
    return await act;
  } catch (error) {
    if (worker === RuntimeApi.currentWorker || (await api.workers()).includes(worker)) throw error;
    return undefined;
  }
}

import type { Log } from './log';

/** Runs one step and logs its name and how long it took, in seconds; a step that fails is logged as failed and throws on. */
export async function timed<T>(log: Log, step: string, work: () => Promise<T>): Promise<T> {
  const began = performance.now();
  const seconds = () => `${((performance.now() - began) / 1000).toFixed(1)} s`;
  try {
    const result = await work();
    log(`${step}: ${seconds()}`);
    return result;
  } catch (error) {
    log(`${step}: failed after ${seconds()}`);
    throw error;
  }
}

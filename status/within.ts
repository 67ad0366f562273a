/**
 * The promise's value, if it comes in time. What it is waiting for is not stopped: it is only no longer waited for.
 *
 * @param ms time limit.
 * @param what who is asked: the beginning of the error's sentence.
 * @throws Error when the time is over, or whatever the promise rejects with.
 */
export async function within<T>(ms: number, what: string, promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} did not answer within ${ms / 1000} s`)), ms);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

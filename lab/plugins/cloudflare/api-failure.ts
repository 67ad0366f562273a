import { APIError } from 'cloudflare/error';

/** Does what the API is asked for; a refusal becomes an error in the words of the official plugin, and of the API. */
export async function asked<T>(call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    throw new Error(`failed to make http request: ${wordsOf(error)}`);
  }
}

/** The same for something that may be gone: undefined then. */
export async function askedIfThere<T>(call: Promise<T>): Promise<T | undefined> {
  return asked(
    call.catch((error: unknown) => {
      if (error instanceof APIError && error.status === 404) return undefined;
      throw error;
    }),
  );
}

function wordsOf(error: unknown): string {
  if (!(error instanceof APIError)) return String(error);
  const entries = error.errors.map(({ code, message }) => `${message} (${code})`);
  return entries.length > 0 ? `${error.status}: ${entries.join('; ')}` : error.message;
}

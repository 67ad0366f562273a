/** For specs: the message with which a promise is rejected. @throws Error when it is not */
export async function messageOf(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => {
      throw new Error('no error');
    },
    (error: Error) => error.message,
  );
}

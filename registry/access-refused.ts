import { DOCKER_HUB_HOST, type Repository } from './parse-repository';

/** What is to be done in a repository, in the words of a registry's token scopes. */
export type Actions = 'pull' | 'pull,push';

/**
 * Says that a registry, or who gives out its tokens, does not let us in, and how to log in.
 * @param isKnown whether Docker has a login for the registry; undefined: nobody asked for it
 * @param said the refusal's HTTP status and words
 */
export function accessRefused(
  { host, path }: Repository,
  actions: Actions,
  isKnown: boolean | undefined,
  said: readonly string[],
): Error {
  const name = host === DOCKER_HUB_HOST ? 'docker.io' : host;
  const verb = actions === 'pull' ? 'read' : 'write to';
  const what = isKnown
    ? `the account that Docker is logged in with ${verb} ${path}`
    : `anybody ${verb} ${path} without a login, and ${isKnown === false ? 'Docker has none for it here' : 'does not say how to log in'}`;
  return new Error(
    `The registry ${name} does not let ${what} (${said.join(', ')}). ` +
      `Log in with an account that may: \`docker login ${name}\`; or check the repository's name.`,
  );
}

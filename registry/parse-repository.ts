import { isRepository } from '../config/image-reference';

/** Where a repository is: its registry's API and its path there. */
export interface Repository {
  /** Host of the registry's API, with its port if it has one: `registry.example.com:5000`. */
  host: string;
  /** Path in the registry, without slashes around it: `club/shop`. */
  path: string;
}

/** Names that Docker's own client takes for Docker Hub (github.com/distribution/reference, normalize.go). */
const DOCKER_HUB_NAMES = ['docker.io', 'index.docker.io'];

/** Host of Docker Hub's API (github.com/moby/moby, registry/config.go: DefaultV2Registry). */
export const DOCKER_HUB_HOST = 'registry-1.docker.io';

/**
 * Finds the registry of an image's name by Docker's rules: what stands before the first slash is a host when it has a
 * dot or a colon or is `localhost`; without a host it is Docker Hub, where a name of one part lies below `library/`.
 * @param repository without tag and digest: `shop`, `registry.example.com:5000/shop`
 * @throws Error when it is no image's name
 */
export function parseRepository(repository: string): Repository {
  if (!isRepository(repository)) {
    throw new Error(
      `repository: ${JSON.stringify(repository)} is not an image's name. Allowed: a name in lower case, with its ` +
        'registry, without tag and digest. Write for example `registry.example.com/shop`.',
    );
  }
  const [first = '', ...rest] = repository.split('/');
  const hasHost = rest.length > 0 && (first.includes('.') || first.includes(':') || first === 'localhost');
  if (hasHost && !DOCKER_HUB_NAMES.includes(first)) return { host: first, path: rest.join('/') };
  const path = hasHost ? rest : [first, ...rest];
  return { host: DOCKER_HUB_HOST, path: path.length === 1 ? `library/${path[0]}` : path.join('/') };
}

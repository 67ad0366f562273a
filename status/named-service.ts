import { nearest } from '../config/nearest';
import type { ServiceConfig, SiteConfig } from '../config/site-config';

/** The service of that name. @throws Error naming those there are. */
export function namedService(
  { site, services }: Pick<SiteConfig, 'site' | 'services'>,
  name: string,
): ServiceConfig {
  const found = services.find((service) => service.name === name);
  if (found) return found;
  const names = services.map((service) => service.name);
  const meant = nearest(name, names);
  throw new Error(
    `${site} has no service ${name}: it has ${names.join(', ')}.${meant ? ` Did you mean ${meant}?` : ''}`,
  );
}

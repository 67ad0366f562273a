import type { SiteConfig } from './site-config';

/** All DNS names under which the public may ask the edges: of services, of previews and of redirects. Each once, in the config's order. */
export function publicNames({ services }: Pick<SiteConfig, 'services'>): string[] {
  const names = services.flatMap(({ hostnames, preview, redirects }) => [
    ...hostnames,
    ...(preview ? [preview.hostname] : []),
    ...redirects.map(({ from }) => from),
  ]);
  return [...new Set(names)];
}

import { noRoute } from './api-error';
import { dnsRecordRoutes } from './dns-records';
import { openRoutes } from './open-routes';
import { originCertificateRoutes } from './origin-certificates';
import { originPullRoutes } from './origin-pulls';
import type { Route } from './request';
import { zoneSettingRoutes } from './zone-settings';
import { zoneRoutes } from './zones';

const routes: Route[] = [
  ...zoneRoutes,
  ...dnsRecordRoutes,
  ...zoneSettingRoutes,
  ...originPullRoutes,
  ...originCertificateRoutes,
  ...openRoutes,
];

/** Where the API begins, as at api.cloudflare.com. */
export const apiPrefix = '/client/v4';

/** The route of a call and the path's variable parts. @throws ApiError 7003 when there is none */
export function route(method: string, pathname: string): { route: Route; parts: Record<string, string> } {
  const words = pathname.split('/').slice(apiPrefix.split('/').length).map(decodeURIComponent);
  for (const candidate of routes) {
    const pattern = candidate.path.split('/').slice(1);
    if (candidate.method !== method || pattern.length !== words.length) continue;
    const parts: Record<string, string> = {};
    const fits = pattern.every((word, index) => {
      if (!word.startsWith(':')) return word === words[index];
      parts[word.slice(1)] = words[index]!;
      return true;
    });
    if (fits) return { route: candidate, parts };
  }
  throw noRoute(pathname);
}

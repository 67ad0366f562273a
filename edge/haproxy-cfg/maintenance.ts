import type { ServiceConfig } from '../../config/site-config';
import { pointerMapFile } from '../edge-paths';
import { acl } from './acl';
import { quoted } from './quoted';

/** What the public sees during a maintenance unless the config has a page of its own. */
export const plainMaintenancePage = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Back soon</title>
<body style="font: 1.2em/1.5 system-ui, sans-serif; max-width: 30em; margin: 20vh auto; padding: 0 1em">
<h1>Back soon</h1>
<p>We are working on this site. Please try again in a few minutes.</p>
`;

/**
 * While the pointer says `<service>.maintenance on`, the public gets 503 with the service's page; who is on the
 * service's list of addresses gets what there is without maintenance. These answers are not logged: they are no failures,
 * and each would be a line among those that are.
 * Comes before the preview addresses, which have no maintenance, choose their service.
 */
export function maintenanceReply({ name, maintenance }: ServiceConfig): string[] {
  const { page = plainMaintenancePage, retryAfter, allow } = maintenance;
  const isOn = `{ str(${name}.maintenance),map_str(${pointerMapFile}) -m str on }`;
  const isFor = `{ var(txn.service) -m str ${name} }`;
  const condition = [isFor, isOn, ...(allow.length > 0 ? [`!allowed_${name}`] : [])].join(' ');
  const seconds = Math.ceil(retryAfter / 1000);
  return [
    ...acl(`allowed_${name}`, 'var(txn.client) -m ip', allow),
    `  http-request set-log-level silent if ${condition}`,
    `  http-request return status 503 content-type "text/html; charset=utf-8" hdr retry-after ${seconds} hdr cache-control no-store string ${quoted(page)} if ${condition}`,
  ];
}

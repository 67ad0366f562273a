import type { SiteConfig } from '../../config/site-config';
import { generationPath, pointerMapFile } from '../edge-paths';
import { backupPages, useBackup } from './backup-server';
import { chooseService } from './choose-service';
import { chooseSide, giveCookie } from './canary';
import { chooseEdge, generationHeader, toChosenEdge, waitWithoutMajority } from './other-edges';
import { turnAway } from './limits';
import { findPlace, sayId } from './own-place';
import { quoted } from './quoted';
import { letReadinessThrough, toReadiness } from './readiness';
import { requestLog } from './request-log';
import { onlyIdempotent } from './retries';
import { chooseBoth } from './rolling';
import { chooseSlot, isPreview, type PreviewTokenHashes, route } from './route';
import { hsts, tlsBind } from './tls';
import { finishSessions, giveSlot, noteSwitches } from './sessions';

/** Port that HAProxy listens on inside its container; the edge's public port is published to it. */
export const edgeContainerPort = 8080;

/** What takes the public's requests and finds out, for each, which backend it goes to. */
export function frontend(site: SiteConfig, tokens: PreviewTokenHashes): string[] {
  return [
    'frontend public',
    `  bind :${edgeContainerPort}`,
    ...tlsBind(site),
    ...requestLog(),
    ...hsts(site),
    ...noteSwitches(site),
    ...findPlace(site),
    ...sayGeneration(site),
    ...turnAway(site),
    ...onlyIdempotent(),
    ...waitWithoutMajority(site),
    ...chooseEdge(site),
    ...letReadinessThrough(),
    '  http-request set-var(txn.host) req.hdr(host),field(1,:),lower',
    ...chooseService(site.services),
    ...site.services.flatMap((service) => route(site, service, tokens)),
    ...chooseSide(isPreview),
    ...chooseSlot(),
    ...finishSessions(site),
    ...chooseBoth(site),
    ...backupPages(site),
    ...giveCookie(site),
    ...giveSlot(site),
    ...toReadiness(),
    ...toChosenEdge(),
    ...useBackup(site),
    '  use_backend %[var(txn.service)]-%[var(txn.slot)]',
    '',
  ];
}

/** The other edges ask for it five times a second: not worth a line in the log. */
function sayGeneration(site: SiteConfig): string[] {
  const answer = '{"generation":%[var(txn.generation)],"edge":"%[hostname]"}\n';
  const isAsked = `{ path ${generationPath} }`;
  return [
    `  http-request set-var(txn.generation) str(generation),map_str(${pointerMapFile},0),add(0)`,
    `  http-request set-log-level silent if ${isAsked}`,
    `  http-request return status 200 content-type application/json hdr cache-control no-store hdr ${generationHeader} %[var(txn.generation)] ${sayId(site)}lf-string ${quoted(answer)} if ${isAsked}`,
  ];
}

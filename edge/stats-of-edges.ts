import { RuntimeApi, type ServerStat } from './runtime-api';
import type { SiteContact } from './site-contact';

/** By edge: what it says of its servers; one that dies meanwhile says nothing. */
export async function statsOfEdges(
  edges: readonly string[],
  contact: Pick<SiteContact, 'session'>,
): Promise<Record<string, ServerStat[]>> {
  const found = await Promise.all(
    edges.map(async (edge) => {
      const stats = await contact
        .session(edge)
        .then((session) => new RuntimeApi(session).serverStats())
        .catch(() => undefined);
      return stats ? [[edge, stats] as const] : [];
    }),
  );
  return Object.fromEntries(found.flat());
}

/** The check's own result, never the mere state UP, which a server has before its first check. */
export function isGood({ status, check }: ServerStat): boolean {
  return check.endsWith('L7OK') && status.startsWith('UP');
}

/** Edges whose own check does not find a server well, in words. Whether they send requests there is not asked. */
export function sickServers(perEdge: Record<string, ServerStat[]>, backend: string, node: string): string[] {
  return Object.entries(perEdge).flatMap(([edge, rows]) => {
    const row = rows.find((each) => each.backend === backend && each.server === node);
    // It gets nothing yet, so HAProxy calls it DRAIN and not UP.
    const good = row?.check.endsWith('L7OK') && /^(UP|DRAIN)/.test(row.status);
    return good ? [] : [`${edge} says ${row ? `${row.status}, ${row.check}` : 'no such server'}`];
  });
}

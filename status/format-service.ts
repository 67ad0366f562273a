import { slotNames } from '../release/pointer';
import type { Paint } from './paint';
import type { ServiceStatus } from './service-status';
import { localTime, shortDigest, withShortDigests, type TextOptions } from './short-text';
import type { SlotStatus } from './slot-status';
import { table, type Cell } from './table';

/** The lines of one service. */
export function formatService(service: ServiceStatus, { timeZone }: TextOptions, paint: Paint): string[] {
  const { name, url, preview, deployed, maintenance, hold, slots } = service;
  const rows = slotNames.map((slot) => slotRow(service, slots[slot]));
  const facts: [string, string][] = [
    ...(deployed ? [] : [['deployed', paint('bad', 'not yet')] as [string, string]]),
    ...(maintenance
      ? [['maintenance', paint('doubtful', 'the edges answer the public with 503')] as [string, string]]
      : []),
    ...(hold
      ? [
          ['hold', paint('doubtful', `${hold.why} (${hold.by}, ${localTime(hold.at, timeZone)})`)] as [
            string,
            string,
          ],
        ]
      : []),
    ...(preview ? [['preview', preview] as [string, string]] : []),
    ['rollback', rollbackText(service)],
  ];
  return [
    `${paint('strong', name)}  ${url}`,
    ...table(['SLOT', 'VERSION', 'DIGEST', 'HEALTHY'], rows, paint).map((line) => `  ${line}`),
    ...facts.map(([key, value]) => `  ${key}: ${value}`),
  ];
}

function slotRow(service: ServiceStatus, slot: SlotStatus): Cell[] {
  const { live, version, digest } = slot;
  if (!digest) return [slot.slot, '-', '-', '-', 'empty'];
  return [
    live ? { text: slot.slot, style: 'strong' } : slot.slot,
    version ?? '?',
    shortDigest(digest),
    health(slot),
    live ? { text: liveText(service), style: 'good' } : idleText(service, slot),
  ];
}

function health({ wanted, healthy }: SlotStatus): Cell {
  const text = `${healthy?.length ?? '?'}/${wanted.length}`;
  if (!healthy) return { text, style: 'doubtful' };
  return { text, style: healthy.length === wanted.length ? 'good' : 'bad' };
}

function liveText({ canary }: ServiceStatus): string {
  return canary > 0 ? `live, ${100 - canary} % of the clients` : 'live';
}

function idleText({ canary, candidate, rollback }: ServiceStatus, { slot, digest }: SlotStatus): string {
  const role =
    candidate?.digest === digest
      ? 'candidate'
      : !('none' in rollback) && rollback.slot === slot
        ? 'was live before'
        : 'idle';
  return canary > 0 ? `${role}, ${canary} % of the clients` : role;
}

function rollbackText({ rollback }: ServiceStatus): string {
  if ('none' in rollback) return `none: ${withShortDigests(rollback.none)}`;
  const { version, slot, callsOff } = rollback;
  return callsOff
    ? `calls off the switch that no edge knows yet; the public stays on ${version} (${slot})`
    : `to ${version} (${slot})`;
}

import type { WaveAct } from './wave-act';

/** The command that does an act at all sites, to say it again. */
export function commandOf(act: WaveAct, service: string): string {
  const words = (() => {
    switch (act.did) {
      case 'prerelease':
        return `prerelease ${service} ${act.version}${act.force ? ' --force' : ''}`;
      case 'release':
        return `release ${service} ${act.version}${act.switch ? ' --switch' : ''}`;
      case 'canary':
        return act.auto ? `canary ${service} --auto …` : `canary ${service} ${act.percent}`;
      case 'hold':
        return `hold ${service} --why "${act.why}"`;
      case 'maintenance':
        return `maintenance ${service} ${act.on ? 'on' : 'off'}`;
      case 'switch':
      case 'abort':
      case 'unhold':
        return `${act.did} ${service}`;
    }
  })();
  return `evenkeel ${words}`;
}

/** What takes an act back where it has come about, as the end of a sentence; empty where nothing need be. */
export function wayBack(act: WaveAct, service: string): string {
  switch (act.did) {
    case 'prerelease':
      return ` or take it away with \`evenkeel abort ${service}\``;
    case 'switch':
    case 'release':
      return ` or roll back with \`evenkeel rollback ${service}\``;
    case 'canary':
      return act.percent > 0 ? ` or take the clients back with \`evenkeel canary ${service} 0\`` : '';
    case 'maintenance':
      return ` or take it back with \`evenkeel maintenance ${service} ${act.on ? 'off' : 'on'}\``;
    case 'abort':
    case 'hold':
    case 'unhold':
      return '';
  }
}

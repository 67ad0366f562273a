import type { HooksConfig, SlotName } from '../config/site-config';
import { digestOf } from '../test/pointers';
import { threeNodes } from '../test/sites';
import type { WantedHooks } from './due-hooks';
import { owedHooks, owedHooksLabel } from './owed-hooks';

const hook = { command: 'true', timeout: 1000 };
const noted = JSON.stringify([
  { service: 'shop', hook: 'afterSwitch', slot: 'green', previousVersion: '1.4.2' },
]);

function owed(
  text: string | undefined,
  live: SlotName = 'green',
  hooks: HooksConfig = { afterSwitch: hook },
) {
  const wanted: WantedHooks = {
    site: { services: threeNodes().services.map((service) => ({ ...service, hooks })) },
    release: {
      generation: 8,
      services: {
        shop: {
          live,
          canary: 0,
          blue: { version: '1.4.2', digest: digestOf('a') },
          green: { version: '1.5.0', digest: digestOf('b') },
        },
      },
    },
  };
  return owedHooks(wanted, { labels: text === undefined ? {} : { [owedHooksLabel]: text } });
}

describe('owedHooks', () => {
  it('is what the label has noted', () => {
    expect(owed(noted)).toMatchObject([
      {
        service: { name: 'shop' },
        hook: 'afterSwitch',
        slot: 'green',
        release: { version: '1.5.0' },
        previousVersion: '1.4.2',
      },
    ]);
  });

  it.each<[string, unknown[]]>([
    ['there is no label', owed(undefined)],
    ['the public has gone to the other slot since', owed(noted, 'blue')],
    ['the hook was taken out of the config', owed(noted, 'green', {})],
    ['the label is not ours to read', owed('{oops')],
    ['the service is gone', owed(noted.replace('shop', 'blog'))],
  ])('is nothing when %s', (_, found) => {
    expect(found).toEqual([]);
  });
});

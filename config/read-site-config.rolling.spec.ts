import { readSiteConfig } from './read-site-config';
import { itRefuses, mistakesWith, stackWith } from './stack.fixture';

const rolling = { 'services/0/strategy': 'rolling', 'services/0/preview': undefined };
const oneEach = 'One version runs on each node of a service that rolls';

describe('readSiteConfig: the strategy', () => {
  it('is blueGreen by default', () => {
    expect(readSiteConfig(stackWith({})).services[0]!.strategy).toBe('blueGreen');
    expect(readSiteConfig(stackWith(rolling)).services[0]!.strategy).toBe('rolling');
  });

  it('needs memory for one slot only when it is rolling', () => {
    const edits = { 'nodes/0/memory': '1GiB', 'services/0/resources/memory': '600MiB', 'edge/limits': {} };
    expect(mistakesWith({ ...rolling, ...edits })).toEqual([]);
    expect(mistakesWith(edits).map(({ key }) => key)).toEqual(['evenkeel:nodes[0].memory']);
    const [tooMuch] = mistakesWith({ ...rolling, ...edits, 'services/0/resources/memory': '950MiB' });
    expect(tooMuch!.allowed).toContain('(950MiB for shop,');
  });

  itRefuses([
    {
      rule: 'a preview address while it is rolling',
      edits: {
        ...rolling,
        secretNames: ['shop-preview-token'],
        'services/0/preview': { hostname: 'next.shop.example.com', token: 'shop-preview-token' },
      },
      key: 'evenkeel:services[0].preview',
      value: 'next.shop.example.com',
      allowed: 'nothing while strategy is rolling',
      remedy: `${oneEach}, so there is no candidate to look at. Remove it, or use strategy: blueGreen.`,
    },
    {
      rule: 'sessions that finish on the old slot while it is rolling',
      edits: { ...rolling, 'services/0/sessions': { onSwitch: 'finish' } },
      key: 'evenkeel:services[0].sessions.onSwitch',
      value: 'finish',
      allowed: 'move while strategy is rolling',
      remedy: `${oneEach}, so no session can finish on the old one. Use move, or strategy: blueGreen.`,
    },
    {
      rule: 'a canary share while it is rolling',
      edits: {
        ...rolling,
        'release/services/shop/canary': 5,
        'release/services/shop/green': { version: '1.6.0-rc.1', digest: `sha256:${'2'.repeat(64)}` },
      },
      key: 'evenkeel:release.services.shop.canary',
      value: 5,
      allowed: '0 while strategy is rolling',
      remedy: `${oneEach}, so there is no candidate to give a share to. Set it to 0, or use strategy: blueGreen.`,
    },
    {
      rule: 'rolling for a service of one node',
      edits: { ...rolling, 'services/0/nodes': { disk: 'ssd' }, 'nodes/0/labels': { disk: 'ssd' } },
      key: 'evenkeel:services[0].strategy',
      value: 'rolling',
      allowed: 'blueGreen for a service that runs on one node',
      remedy:
        'While that node changed its version, nobody would answer. Give the service another node, or use blueGreen.',
    },
  ]);
});

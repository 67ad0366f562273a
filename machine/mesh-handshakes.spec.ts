import { meshedNodes } from '../test/sites';
import { meshConf, meshNodes, meshSite } from './mesh-conf';
import { parseHandshakes } from './mesh-handshakes';

const key = (letter: string) => `${letter.repeat(43)}=`;
const site = meshSite(meshedNodes())!;
const conf = meshConf(
  site,
  meshNodes(site)[0]!,
  new Map([
    ['pi2', key('b')],
    ['pi3', key('c')],
  ]),
);

describe('parseHandshakes', () => {
  it('says how long ago each peer had its last handshake, by the clock of the node', () => {
    const text = `${conf}now 1000\n${key('b')}\t970\n${key('c')}\t0`;
    expect(parseHandshakes(text)).toEqual({ pi2: 30, pi3: null });
  });

  it('says of a peer that the interface does not have that there was none', () => {
    expect(parseHandshakes(`${conf}now 1000\n${key('b')}\t1001`)).toEqual({ pi2: 0, pi3: null });
  });

  it('leaves out whom the file does not name: a key that is on its way in or out', () => {
    expect(parseHandshakes(`${conf}now 1000\n${key('d')}\t999`)).toEqual({ pi2: null, pi3: null });
  });
});

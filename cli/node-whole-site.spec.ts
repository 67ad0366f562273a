import { oneMachine } from '../test/sites';
import type { SiteConfig } from '../config/site-config';
import { drainNode, resumeNode } from './node-drain';
import { outages } from './node-outage';

/** What was done, in order, and what was said at the end. */
let did: string[];
let done: { result: object; lines: readonly string[] }[];
let site: SiteConfig;
let failing: string | undefined;

const act = (what: string) => {
  did.push(what);
  return failing === what ? Promise.reject(new Error(`${what} fails`)) : Promise.resolve();
};
jest.mock('./project', () => ({
  openProject: () =>
    Promise.resolve({ stack: 'fra', file: 'Pulumi.fra.yaml', stackFile: { text: '' }, siteWith: () => site }),
}));
jest.mock('../machine/site-out-of-dns', () => ({
  takeSiteOutOfDns: ({ edge }: { edge: { id: string } }) => act(`${edge.id} out of DNS`),
  bringSiteIntoDns: ({ edge }: { edge: { id: string } }) => act(`${edge.id} into DNS`),
}));
jest.mock('../machine/reboot', () => ({ reboot: ({ name }: { name: string }) => act(`${name} boots`) }));

beforeEach(() => {
  [did, done, failing] = [[], [], undefined];
  site = oneMachine('fra', 'home');
});

const output = {
  log: () => undefined,
  done: (result: object, lines: readonly string[]) => void done.push({ result, lines }),
};

describe('evenkeel node of the only machine of a site beside others', () => {
  it('drain takes it out of DNS, and says how long that holds', async () => {
    await drainNode('pi1', { yes: true }, output);
    expect(did).toEqual(['fra/pi1 out of DNS']);
    expect(done).toEqual([
      {
        result: { stack: 'fra', did: 'drain', nodes: ['pi1'], applied: true },
        lines: [
          expect.stringMatching(/^pi1: is out of DNS; .* until its edge is born anew .*node pi1 resume$/),
        ],
      },
    ]);
  });

  it('resume brings it back into DNS', async () => {
    await resumeNode('pi1', { yes: true }, output);
    expect(did).toEqual(['fra/pi1 into DNS']);
    expect(done.map(({ lines }) => lines)).toEqual([['pi1: serves as before']]);
  });

  it('reboot does both, and boots it in between', async () => {
    await outages('reboot', 'pi1', { yes: true }, output);
    expect(did).toEqual(['fra/pi1 out of DNS', 'pi1 boots', 'fra/pi1 into DNS']);
  });

  it('does not boot it when it can’t be taken out, and says how to go on when it does not come back', async () => {
    failing = 'fra/pi1 out of DNS';
    await expect(outages('reboot', 'pi1', { yes: true }, output)).rejects.toThrow(
      /^fra.pi1 out of DNS fails$/,
    );
    expect(did).toEqual(['fra/pi1 out of DNS']);
    failing = 'pi1 boots';
    await expect(outages('reboot', 'pi1', { yes: true }, output)).rejects.toThrow(
      'pi1 boots fails\npi1 is out of DNS. To bring it back: evenkeel node pi1 resume',
    );
    expect(done).toEqual([]);
  });

  it('refuses where no other site is in the pool', async () => {
    site.pool!.edges.pop();
    await expect(drainNode('pi1', { yes: true }, output)).rejects.toThrow(
      /^pi1 can't go now:\n.*it is the whole/,
    );
    await expect(outages('reboot', 'pi1', { yes: true }, output)).rejects.toThrow('it is the whole site');
    expect(did).toEqual([]);
  });
});

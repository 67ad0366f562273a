import type { SiteStatus } from '../status/site-status';
import { threeNodes } from '../test/sites';
import type { DrillRow } from './drill-report';
import { type CommandEnd, DrillSite } from './drill-site';
import { runMatrix, type Matrix } from './run-matrix';

/** A site of which blue has 1.4.2, and a drill may release 1.5.0-rc.1; commands do in its two slots what they do. */
class StandIn extends DrillSite {
  live: 'blue' | 'green' = 'blue';
  candidate: string | undefined;
  ok = true;
  /** Whether a switch waits in the stack file that no edge knows yet. */
  callsOff = false;
  says = true;
  broken = false;
  readonly given: string[] = [];

  constructor() {
    super(threeNodes(), {
      ...{ service: 'shop', path: '/', candidates: ['1.5.0-rc.1'], environment: {}, rate: 50 },
      ...{ wholeWithin: 1000, power: { cut: () => Promise.resolve() } },
    });
  }

  /** A cell broke off when the public had just got the candidate. */
  switched(): void {
    this.live = 'green';
    this.candidate = undefined;
  }

  override status(): Promise<SiteStatus | undefined> {
    const { ok, live, candidate, callsOff } = this;
    const shop = {
      ...{ name: 'shop', live, candidate: candidate && { version: candidate }, rollback: { callsOff } },
      slots: { blue: { version: '1.4.2' }, green: { version: live === 'green' ? '1.5.0-rc.1' : candidate } },
    };
    return Promise.resolve(this.says ? ({ ok, services: [shop] } as unknown as SiteStatus) : undefined);
  }

  override must(...args: string[]): Promise<CommandEnd> {
    this.given.push(args.join(' '));
    if (this.broken) return Promise.reject(new Error(`evenkeel ${args.join(' ')}: exit code 1`));
    if (args[0] === 'rollback') [this.live, this.candidate] = ['blue', '1.5.0-rc.1'];
    if (args[0] === 'abort') this.candidate = undefined;
    return Promise.resolve({ code: 0, stdout: '', stderr: '' });
  }
}

describe('runMatrix', () => {
  let site: StandIn;
  let kept: string[];
  let said: string[];
  beforeEach(() => {
    site = new StandIn();
    kept = [];
    said = [];
  });

  /** Cells by name; what the last one does decides how the drill ends. */
  const run = (last: () => Promise<Partial<DrillRow>>, more: Partial<Matrix<string>> = {}) =>
    runMatrix({
      ...{ site, live: '1.4.2', cells: ['first', 'last'] },
      run: async (cell) =>
        ({ failure: cell, whole: 1, ...(cell === 'last' && (await last())) }) as unknown as DrillRow,
      keep: ({ failure }) => Promise.resolve(void kept.push(failure)),
      endsUnlessWhole: true,
      command: (...words) => `./evenkeel ${words.join(' ')} --stack home`,
      log: (line) => void said.push(line),
      ...more,
    });
  const throws = (change: () => void = () => undefined) =>
    run(() => {
      site.switched();
      change();
      return Promise.reject(new Error('no route to pi2'));
    });

  it('keeps a row of each cell, and gives the public the version back that it had', async () => {
    await run(() => {
      site.switched();
      return Promise.resolve({});
    });
    expect(kept).toEqual(['first', 'last']);
    expect(site.given).toEqual(['rollback shop --yes', 'abort shop --yes']);
    expect(said).toEqual([]);
  });

  it('does so too when a cell fails, and ends with what that said', async () => {
    await expect(throws()).rejects.toThrow('no route to pi2');
    expect(kept).toEqual(['first']);
    expect(site.given).toEqual(['rollback shop --yes', 'abort shop --yes']);
    expect(said).toEqual(['shop is as it was before the drill: the public has 1.4.2.']);
  });

  it('keeps the row after which the site is not whole, lets nothing else break, and touches nothing', async () => {
    const cells = ['first', 'last', 'never'];
    const failing = run(
      () => {
        site.switched();
        site.ok = false;
        return Promise.resolve({ whole: undefined });
      },
      { cells },
    );
    await expect(failing).rejects.toThrow(/^home is not whole again, so the drill ends here/);
    expect(kept).toEqual(['first', 'last']);
    expect(site.given).toEqual([]);
    expect(said).toEqual([
      'The public still has 1.5.0-rc.1, and nothing was done about it while home is not well. It gets 1.4.2 back with: ' +
        './evenkeel rollback shop --stack home\nThen take the candidate away: ./evenkeel abort shop --stack home',
    ]);
  });

  it('goes on where a site that is not whole is no reason to end', async () => {
    const cells = ['first', 'last', 'never'];
    await run(() => Promise.resolve({ whole: undefined }), { cells, endsUnlessWhole: false });
    expect(kept).toEqual(cells);
  });

  it('says the commands when the site is not given back for another reason, and that one too', async () => {
    await expect(throws(() => (site.broken = true))).rejects.toThrow('no route to pi2');
    expect(said).toEqual([
      expect.stringMatching(
        /^evenkeel rollback shop --yes: exit code 1\nThe public still has 1\.5\.0-rc\.1\. It gets 1\.4\.2 back with: /,
      ),
    ]);
  });

  it('says the rollback of a switch that has not reached the edges: the next up would bring it about', async () => {
    const waits = () => {
      [site.live, site.candidate, site.callsOff, site.ok] = ['blue', '1.5.0-rc.1', true, false];
    };
    await expect(throws(waits)).rejects.toThrow('no route to pi2');
    expect(said[0]).toMatch(
      /^The public has 1\.4\.2, but the stack file .*: \.\/evenkeel rollback shop --stack home\n/,
    );
  });

  it('says the abort alone where the public has its version', async () => {
    const waits = () => {
      [site.live, site.candidate, site.ok] = ['blue', '1.5.0-rc.1', false];
    };
    await expect(throws(waits)).rejects.toThrow('no route to pi2');
    expect(said).toEqual([
      'The public has 1.4.2, as before the drill. When home is well, take the candidate away: ./evenkeel abort shop --stack home',
    ]);
  });

  it('has nothing to say where nothing of the drill is left', async () => {
    await expect(throws(() => ([site.live, site.ok] = ['blue', false]))).rejects.toThrow('no route to pi2');
    expect(said).toEqual(['The public has 1.4.2, as before the drill.']);
  });

  it('says the command for the case where nobody knows what the public has', async () => {
    await expect(throws(() => (site.says = false))).rejects.toThrow('no route to pi2');
    expect(said).toEqual([
      "evenkeel status says nothing, so nobody knows whether the public has 1.4.2, as before the drill. Where it has the drill's candidate: " +
        './evenkeel rollback shop --stack home\nThen take the candidate away: ./evenkeel abort shop --stack home',
    ]);
  });
});

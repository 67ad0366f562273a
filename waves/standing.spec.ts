import type { ReleaseConfig, ServiceRelease } from '../config/site-config';
import { pointerFromConfig } from '../release/pointer';
import { release } from '../test/releases';
import type { SiteView } from './site-view';
import { standing } from './standing';

const old = release('1.4.2', 'a');
const next = release('1.5.0-rc.1', 'b');

function view(site: string, generation: number, shop: Partial<ServiceRelease> = {}): SiteView {
  const file: ReleaseConfig = {
    generation,
    services: { shop: { live: 'blue', canary: 0, blue: old, ...shop } },
  };
  return { site, release: file, running: [pointerFromConfig(file)] };
}

describe('standing', () => {
  it('says what each site has, and under which generation', () => {
    const switched = view('fra', 7, { green: next, live: 'green', previous: old });
    expect(standing('shop', [switched, view('home', 6)])).toBe(
      'fra 1.5.0-rc.1 live (generation 7), home 1.4.2 live (generation 6)',
    );
  });

  it('says what runs, not what the stack file wants', () => {
    const wants = view('fra', 7, { green: next, live: 'green', previous: old });
    expect(standing('shop', [{ ...wants, running: view('fra', 6).running }])).toBe(
      'fra 1.4.2 live (generation 6)',
    );
    expect(standing('shop', [{ ...wants, running: [] }])).toBe('fra nothing live');
  });

  it('names the candidate, its share and maintenance', () => {
    expect(
      standing('shop', [view('fra', 7, { green: next, canary: 5 }), view('home', 6, { maintenance: true })]),
    ).toBe(
      'fra 1.4.2 live, candidate 1.5.0-rc.1 with 5 % of the clients (generation 7), home 1.4.2 live (generation 6, maintenance)',
    );
  });

  it('goes by the stack file where a site can not be reached, and says so', () => {
    expect(standing('shop', [{ ...view('home', 6), running: undefined }])).toBe(
      'home 1.4.2 live (not reached; its stack file: generation 6)',
    );
  });

  it('shows the beginning of a digest that the stack file does not know', () => {
    const other = view('fra', 9, { blue: next });
    expect(standing('shop', [{ ...view('fra', 6), running: other.running }])).toBe(
      'fra sha256:bbbbbbbbbbbb live (generation 9)',
    );
  });
});

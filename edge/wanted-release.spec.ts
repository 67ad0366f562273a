import type { SiteConfig } from '../config/site-config';
import { pointerFromConfig } from '../release/pointer';
import { fiveNodes, fiveNodesSecrets, threeNodes } from '../test/sites';
import { readWantedRelease, wantedEnvironment, wantedVariables } from './wanted-release';

const edge = { haproxyCfg: '97b489017d79d112', template: '0123456789abcdef' };

describe('wantedEnvironment', () => {
  it.each<[string, () => SiteConfig]>([
    ['three nodes', threeNodes],
    ['five nodes', fiveNodes],
  ])('is read back by readWantedRelease: %s', (_, make) => {
    const { release, ...site } = make();
    expect(readWantedRelease(wantedEnvironment(make(), edge))).toEqual({
      site,
      release,
      pointer: pointerFromConfig(release),
      ...edge,
    });
  });

  it('has the release apart from the site, so that a release changes one line of a preview', () => {
    const config = fiveNodes();
    const before = wantedEnvironment(config, edge);
    const after = wantedEnvironment({ ...config, release: { ...config.release, generation: 13 } }, edge);
    expect(Object.keys(before).filter((name) => before[name] !== after[name])).toEqual(['EVENKEEL_RELEASE']);
  });

  it('has no secret in it: Pulumi keeps it in plain text', () => {
    const text = JSON.stringify(wantedEnvironment(fiveNodes(), edge));
    for (const secret of Object.values(fiveNodesSecrets)) expect(text).not.toContain(secret);
  });
});

describe('readWantedRelease', () => {
  const { drift, ...needed } = wantedVariables;

  it.each(Object.values(needed))('names the variable that is missing: %s', (missing) => {
    const environment: NodeJS.ProcessEnv = wantedEnvironment(threeNodes(), edge);
    delete environment[missing];
    expect(() => readWantedRelease(environment)).toThrow(
      new Error(`${missing} is not set: this command is run by pulumi up, not by hand`),
    );
  });

  it('does not need the drift, which only makes the command run again', () => {
    const environment = wantedEnvironment(threeNodes(), edge);
    expect(readWantedRelease({ ...environment, [drift]: 'abc' })).toEqual(readWantedRelease(environment));
  });
});

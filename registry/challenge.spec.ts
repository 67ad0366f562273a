import * as fc from 'fast-check';
import { parseChallenges } from './challenge';

/** Challenges in a form that is easy to compare. */
function read(header: string): [string, Record<string, string>][] {
  return parseChallenges(header).map(({ scheme, parameters }) => [scheme, Object.fromEntries(parameters)]);
}

describe('parseChallenges', () => {
  it('reads what Docker Hub says', () => {
    const header =
      'Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="repository:library/shop:pull,push"';
    expect(read(header)).toEqual([
      [
        'bearer',
        {
          realm: 'https://auth.docker.io/token',
          service: 'registry.docker.io',
          scope: 'repository:library/shop:pull,push',
        },
      ],
    ]);
  });

  it('reads the example of RFC 9110, 11.6.1', () => {
    const header = 'Basic realm="simple", Newauth realm="apps", type=1, title="Login to \\"apps\\""';
    expect(read(header)).toEqual([
      ['basic', { realm: 'simple' }],
      ['newauth', { realm: 'apps', type: '1', title: 'Login to "apps"' }],
    ]);
  });

  it.each<[string, [string, Record<string, string>][]]>([
    ['', []],
    ['Negotiate', [['negotiate', {}]]],
    [
      'Negotiate, Basic realm=x',
      [
        ['negotiate', {}],
        ['basic', { realm: 'x' }],
      ],
    ],
    [
      'Negotiate YWJj==, BEARER Realm="x"',
      [
        ['negotiate', {}],
        ['bearer', { realm: 'x' }],
      ],
    ],
    ['Bearer realm = "x" , service = y', [['bearer', { realm: 'x', service: 'y' }]]],
    ['Bearer realm="a, Basic realm=b"', [['bearer', { realm: 'a, Basic realm=b' }]]],
    ['Bearer realm="https://x/token', [['bearer', {}]]],
    ['realm="x"', []],
  ])('reads %j', (header, expected) => {
    expect(read(header)).toEqual(expected);
  });

  it('reads back whatever is written by the rules', () => {
    const token = fc.stringMatching(/^[a-z][a-z0-9-]{0,8}$/);
    const challenge = fc.tuple(
      token,
      fc.dictionary(token, fc.string({ unit: 'grapheme-ascii' }), { minKeys: 1, noNullPrototype: true }),
    );
    const quote = (text: string) => `"${text.replace(/["\\]/g, '\\$&')}"`;
    fc.assert(
      fc.property(fc.array(challenge), (challenges) => {
        const header = challenges
          .map(([scheme, parameters]) => {
            const list = Object.entries(parameters).map(([name, value]) => `${name}=${quote(value)}`);
            return `${scheme} ${list.join(', ')}`;
          })
          .join(', ');
        expect(read(header)).toEqual(challenges);
      }),
    );
  });
});

/** One way to log in that a server offers with HTTP status 401. */
export interface Challenge {
  /** In lower case: `bearer`, `basic`. */
  scheme: string;
  /** Parameters, their names in lower case. */
  parameters: ReadonlyMap<string, string>;
}

// The grammar of RFC 9110, 11.2 and 11.6.1. Sticky: each begins where the one before it ended.
const TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
const SCHEME = new RegExp(`[ \\t,]*(${TOKEN})(?=[ \\t,]|$)`, 'y');
const TOKEN68 = /[ \t]+[A-Za-z0-9._~+/-]+=*[ \t]*(?=,|$)/y;
const PARAMETER = new RegExp(`[ \\t,]*(${TOKEN})[ \\t]*=[ \\t]*(?:"((?:[^"\\\\]|\\\\.)*)"|(${TOKEN}))`, 'y');

/**
 * Reads a WWW-Authenticate header: several challenges, in one header or joined from several with commas.
 * A challenge with a token68 instead of parameters has none here. What follows a mistake in the header is left out.
 */
export function parseChallenges(header: string): Challenge[] {
  let at = 0;
  const take = (expression: RegExp): RegExpExecArray | null => {
    expression.lastIndex = at;
    const match = expression.exec(header);
    if (match) at = expression.lastIndex;
    return match;
  };
  const challenges: Challenge[] = [];
  for (let scheme = take(SCHEME); scheme; scheme = take(SCHEME)) {
    const parameters = new Map<string, string>();
    if (!take(TOKEN68)) {
      for (let match = take(PARAMETER); match; match = take(PARAMETER)) {
        const [, name = '', quoted, plain = ''] = match;
        parameters.set(name.toLowerCase(), quoted?.replace(/\\(.)/g, '$1') ?? plain);
      }
    }
    challenges.push({ scheme: scheme[1]!.toLowerCase(), parameters });
  }
  return challenges;
}

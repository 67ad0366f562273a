import { readSites } from './read-sites';

const file = 'stacks/sites.yaml';

function mistakeOf(text: string): string {
  try {
    readSites(text, file);
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('it was taken');
}

describe('readSites', () => {
  it('gives the stacks in their order, with comments and organisations', () => {
    expect(readSites('# the smaller one first\nsites:\n  - fra\n  - home\n', file)).toEqual(['fra', 'home']);
    expect(readSites('sites: [acme/evenkeel/fra, acme/home]', file)).toEqual([
      'acme/evenkeel/fra',
      'acme/home',
    ]);
  });

  it.each([
    [
      '',
      'sites: got nothing; allowed: a list of at least one stack. Add `sites: [fra, home]`, with your own value.',
    ],
    ['sites: []', 'sites: got []; allowed: a list of at least one stack. Write for example `[fra, home]`.'],
    [
      'sites: home',
      'sites: got "home"; allowed: a list of at least one stack. Write for example `[fra, home]`.',
    ],
    [
      'sites: [fra, Home]',
      'sites[1]: got "Home"; allowed: a stack as pulumi --stack takes it, whose own name has lower-case letters, digits and ' +
        "inner hyphens, as a site's name has. Write for example `home`.",
    ],
    [
      'sites: [fra, 7]',
      'sites[1]: got 7; allowed: a stack as pulumi --stack takes it, whose own name has lower-case letters, digits and inner ' +
        "hyphens, as a site's name has. Write for example `home`.",
    ],
    [
      'sites: [fra, home, acme/fra]',
      'sites[2]: got "acme/fra"; allowed: each site once (sites[0] has this one). Remove one of the two.',
    ],
    ['sites: [fra]\nsite: home', 'site: got "home"; allowed: the key sites. Did you mean `sites`?'],
    [
      '- fra',
      '(the whole file): got ["fra"]; allowed: the key sites. Write for example `sites: [fra, home]`.',
    ],
  ])('refuses %j', (text, message) => {
    expect(mistakeOf(text)).toBe(`stacks/sites.yaml has 1 mistake; nothing was touched.\n  ${message}`);
  });

  it('names all mistakes at once', () => {
    expect(mistakeOf('sites: [fra, fra, "fra "]\norder: x').split('\n')[0]).toBe(
      'stacks/sites.yaml has 3 mistakes; nothing was touched.',
    );
  });

  it('names the place where the text is no YAML', () => {
    expect(mistakeOf('sites: [fra')).toMatch(/^stacks\/sites\.yaml can't be read as YAML: .*line 1/s);
  });
});

import { readSiteConfig } from './read-site-config';
import { BLOG, type Edits, itRefuses, mistakesWith, stackWith } from './stack.fixture';

const sameHost: Edits = { ...BLOG, 'services/1/hostnames': ['blog.example.com', 'shop.example.com'] };
const preview: Edits = { secretNames: ['token'] };

describe('readSiteConfig: hostnames, paths and redirects', () => {
  it('takes services that share a hostname with different paths', () => {
    const { services } = readSiteConfig(
      stackWith({ ...sameHost, 'services/1/paths': ['/blog', '/~news/2026', '/a.b_c-d!(e)*+,;=:@'] }),
    );
    expect(services.map(({ paths }) => paths)).toStrictEqual([
      ['/'],
      ['/blog', '/~news/2026', '/a.b_c-d!(e)*+,;=:@'],
    ]);
  });

  it('takes redirects, by default permanent ones that keep the method', () => {
    const redirects = [
      { from: 'www.shop.example.com' },
      { from: 'shop.example.org', to: 'x.org', code: 302 },
    ];
    expect(
      readSiteConfig(stackWith({ 'services/0/redirects': redirects })).services[0]!.redirects,
    ).toStrictEqual([{ from: 'www.shop.example.com', code: 308 }, redirects[1]]);
  });

  it('names each hostname once, however many paths clash', () => {
    const paths = { 'services/0/paths': ['/a', '/b'], 'services/1/paths': ['/b', '/a', '/c'] };
    expect(mistakesWith({ ...sameHost, ...paths }).map(({ key }) => key)).toEqual([
      'evenkeel:services[1].hostnames[1]',
    ]);
  });

  it('says nothing of a clash where the paths can’t be read', () => {
    const keys = mistakesWith({ ...sameHost, 'services/1/paths': ['blog'] }).map(({ key }) => key);
    expect(keys).toEqual(['evenkeel:services[1].paths[0]']);
  });

  itRefuses([
    {
      rule: 'a hostname that another service has, both with all of it',
      edits: sameHost,
      key: 'evenkeel:services[1].hostnames[1]',
      value: 'shop.example.com',
      allowed:
        'a hostname whose path / no other service has (shop has it, by evenkeel:services[0].hostnames[0])',
      remedy: 'Choose another hostname, or give one of the two services other paths.',
    },
    {
      rule: 'a path that another service has under the same hostname',
      edits: { ...sameHost, 'services/0/paths': ['/', '/api'], 'services/1/paths': ['/blog', '/api'] },
      key: 'evenkeel:services[1].hostnames[1]',
      value: 'shop.example.com',
      allowed:
        'a hostname whose path /api no other service has (shop has it, by evenkeel:services[0].hostnames[0])',
      remedy: 'Choose another hostname, or give one of the two services other paths.',
    },
    {
      rule: 'a hostname given twice',
      edits: { 'services/0/hostnames': ['shop.example.com', 'shop.example.com'] },
      key: 'evenkeel:services[0].hostnames[1]',
      value: 'shop.example.com',
      allowed: 'each hostname once (evenkeel:services[0].hostnames[0] has this one)',
      remedy: 'Remove it.',
    },
    {
      rule: 'a path given twice',
      edits: { 'services/0/paths': ['/api', '/', '/api'] },
      key: 'evenkeel:services[0].paths[2]',
      value: '/api',
      allowed: 'each path once (evenkeel:services[0].paths[0] has this one)',
      remedy: 'Remove it.',
    },
    {
      rule: 'no path',
      edits: { 'services/0/paths': [] },
      key: 'evenkeel:services[0].paths',
      value: [],
      allowed: 'a list of at least one path',
      remedy: 'Write for example `[/api]`.',
    },
    ...['/api/', 'api', '//api'].map((path) => ({
      rule: `a path that is not written as it is compared: ${path}`,
      edits: { 'services/0/paths': [path] },
      key: 'evenkeel:services[0].paths[0]',
      value: path,
      allowed: "a path that begins with / and does not end in one, of letters, digits and '-._~!()*+,;=:@'",
      remedy: 'Write `/api`.',
    })),
    ...['/api?x=1', '/a b', '/%61pi', '/..', '/x/../api', '/./api', '/a#b', ''].map((path) => ({
      rule: `a path that no client sends so: "${path}"`,
      edits: { 'services/0/paths': [path] },
      key: 'evenkeel:services[0].paths[0]',
      value: path,
      allowed: "a path that begins with / and does not end in one, of letters, digits and '-._~!()*+,;=:@'",
      remedy: path === '' ? 'Write `/`.' : 'Write for example `/api`.',
    })),
    {
      rule: 'a preview on a hostname of the public',
      edits: { ...preview, 'services/0/preview': { hostname: 'shop.example.com', token: 'token' } },
      key: 'evenkeel:services[0].preview.hostname',
      value: 'shop.example.com',
      allowed: 'a hostname that is used nowhere else (evenkeel:services[0].hostnames[0] has this one)',
      remedy: 'Choose another hostname.',
    },
    {
      rule: 'a redirect of a hostname of the public',
      edits: { ...BLOG, 'services/0/redirects': [{ from: 'blog.example.com' }] },
      key: 'evenkeel:services[0].redirects[0].from',
      value: 'blog.example.com',
      allowed: 'a hostname that is used nowhere else (evenkeel:services[1].hostnames[0] has this one)',
      remedy: 'Choose another hostname.',
    },
    {
      rule: 'a redirect of a preview',
      edits: {
        ...preview,
        'services/0/preview': { hostname: 'next.example.com', token: 'token' },
        'services/0/redirects': [{ from: 'next.example.com' }],
      },
      key: 'evenkeel:services[0].redirects[0].from',
      value: 'next.example.com',
      allowed: 'a hostname that is used nowhere else (evenkeel:services[0].preview.hostname has this one)',
      remedy: 'Choose another hostname.',
    },
    {
      rule: 'a hostname that two services redirect',
      edits: {
        ...BLOG,
        'services/0/redirects': [{ from: 'example.com' }],
        'services/1/redirects': [{ from: 'example.com' }],
      },
      key: 'evenkeel:services[1].redirects[0].from',
      value: 'example.com',
      allowed: 'a hostname that is used nowhere else (evenkeel:services[0].redirects[0].from has this one)',
      remedy: 'Choose another hostname.',
    },
    {
      rule: 'a redirect to a hostname that is redirected',
      edits: {
        'services/0/redirects': [{ from: 'example.com', to: 'www.example.com' }, { from: 'www.example.com' }],
      },
      key: 'evenkeel:services[0].redirects[0].to',
      value: 'www.example.com',
      allowed:
        'a hostname that is not redirected itself (evenkeel:services[0].redirects[1].from has this one)',
      remedy: 'Write the hostname where the visitors shall end.',
    },
    {
      rule: 'a status that is no redirect',
      edits: { 'services/0/redirects': [{ from: 'example.com', code: 303 }] },
      key: 'evenkeel:services[0].redirects[0].code',
      value: 303,
      allowed: '301, 302, 307 or 308',
      remedy: 'Write for example `308`.',
    },
    {
      rule: 'a redirect with a scheme',
      edits: { 'services/0/redirects': [{ from: 'example.com', to: 'http://shop.example.com' }] },
      key: 'evenkeel:services[0].redirects[0].to',
      value: 'http://shop.example.com',
      allowed: 'a DNS name in lower case, without wildcard, port or scheme',
      remedy: 'Write for example `shop.example.com`.',
    },
  ]);
});

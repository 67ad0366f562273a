import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import type { ServiceRelease } from '../config/site-config';
import { TagTaken } from '../registry/tag-image';
import { Refusal } from '../release/refusal';
import { candidate, live, onHold, onlyLive, stable, switched, withCandidate } from '../test/release-examples';
import { release } from '../test/releases';
import { UpError } from './converge';
import { releaseCommand } from './release-command';

/** What was done outside of the stack files, in this order. */
let events: string[];
let tags: Map<string, string>;
let upFails: (stack: string) => Error | undefined;
let pushFails: Error | undefined;
let followed: string;
let answer: boolean;

jest.mock('../registry/tag-image', () => {
  const actual = jest.requireActual<object>('../registry/tag-image');
  const look = (repository: string, digest: string, tag: string) => {
    const has = tags.get(`${repository}:${tag}`);
    if (has && has !== digest)
      throw new TagTaken(`${repository}:${tag} is another image already: ${has}, not ${digest}.`);
    return has ? 'there already' : 'free';
  };
  return {
    ...actual,
    checkTag: (...asked: Parameters<typeof look>) => Promise.resolve().then(() => look(...asked)),
    tagImage: (...asked: Parameters<typeof look>) =>
      Promise.resolve().then(() => {
        if (pushFails) throw pushFails;
        const found = look(...asked);
        if (found !== 'free') return found;
        const [repository, digest, tag] = asked;
        tags.set(`${repository}:${tag}`, digest);
        events.push(`push ${repository}:${tag}`);
        return 'made';
      }),
  };
});
jest.mock('./retried-up', () => ({
  retriedUp: ({ stack }: { stack: string }) => {
    events.push(`up ${stack}`);
    const error = upFails(stack);
    return error ? Promise.reject(error) : Promise.resolve();
  },
}));
jest.mock('./reached', () => ({ reached: () => Promise.resolve(followed) }));
jest.mock('./confirm', () => ({
  confirmed: (question: string) => {
    events.push(question);
    return Promise.resolve(answer);
  },
}));
jest.mock('./site-views', () => {
  const actual = jest.requireActual<typeof import('./site-views')>('./site-views');
  // All sites are as their stack files say.
  return {
    ...actual,
    viewSites: (...[sites, options]: Parameters<typeof actual.viewSites>) =>
      actual.viewSites(sites, options, true),
  };
});

const shopImage = 'registry.example.com/shop';

describe('release', () => {
  let folder: string;
  let said: string[];
  const file = (stack: string) => join(folder, 'stacks', `Pulumi.${stack}.yaml`);

  async function write(shop: ServiceRelease, stack = 'home', repository = shopImage): Promise<void> {
    const { config } = parse(await readFile('stacks/Pulumi.example.yaml', 'utf8')) as {
      config: Record<string, unknown>;
    };
    (config['evenkeel:services'] as { repository: string }[])[0]!.repository = repository;
    config['evenkeel:release'] = { generation: 7, services: { shop } };
    await writeFile(file(stack), stringify({ config }, { aliasDuplicateObjects: false }));
  }
  async function written(stack = 'home'): Promise<ServiceRelease> {
    const { config } = parse(await readFile(file(stack), 'utf8')) as {
      config: Record<string, { services: Record<string, ServiceRelease> }>;
    };
    return config['evenkeel:release']!.services['shop']!;
  }
  const run = (...args: string[]) => releaseCommand().parseAsync(['shop', ...args], { from: 'user' });
  const home = (...args: string[]) => run('--stack', 'home', '--yes', ...args);
  const failure = (running: Promise<unknown>) =>
    running.then(
      () => new Error('it went through'),
      (error: unknown) => error as Error,
    );

  const variables = ['PULUMI_STACK', 'EVENKEEL_CONFIG_FILE'];
  const before = variables.map((name) => process.env[name]);
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'evenkeel-release-'));
    await mkdir(join(folder, 'stacks'));
    await writeFile(join(folder, 'Pulumi.yaml'), 'name: evenkeel\nruntime: nodejs\nstackConfigDir: stacks\n');
    for (const name of variables) delete process.env[name];
    jest.spyOn(process, 'cwd').mockReturnValue(folder);
    events = [];
    said = [];
    tags = new Map();
    upFails = () => undefined;
    pushFails = undefined;
    followed = 'untouched';
    answer = true;
    jest.spyOn(console, 'log').mockImplementation((line: string) => void said.push(line));
    jest.spyOn(console, 'error').mockImplementation((line: string) => void said.push(line));
  });
  afterEach(async () => {
    jest.restoreAllMocks();
    variables.forEach((name, index) => {
      if (before[index] !== undefined) process.env[name] = before[index];
    });
    await rm(folder, { recursive: true });
  });

  it.each([
    ['without --switch', switched, []],
    ['with --switch', withCandidate, ['--switch']],
  ])('%s pushes the tag only when the site has it', async (_, shop, more) => {
    await write(shop);
    await home(...more);
    expect(events).toEqual(['up home', `push ${shopImage}:1.5.0`]);
    expect(await written()).toMatchObject({ live: 'green', green: stable });
    expect(said.at(-1)).toBe(`shop: 1.5.0 is stable; it is the image that was tested, ${candidate.digest}`);
  });

  it('with --switch leaves the tag free when the gate refuses the candidate, for the next one', async () => {
    await write(withCandidate);
    const text = await readFile(file('home'), 'utf8');
    upFails = () => new UpError('The acceptance command of shop refuses 1.5.0-rc.1');
    expect((await failure(home('--switch'))).message).toContain('evenkeel release shop: not done.');
    expect(events).toEqual(['up home']);
    expect(await readFile(file('home'), 'utf8')).toBe(text);
    upFails = () => undefined;
    await write({ ...onlyLive, green: release('1.5.0-rc.2', 'c') });
    await home('--switch');
    expect(tags.get(`${shopImage}:1.5.0`)).toBe(release('', 'c').digest);
  });

  it.each([
    [[], switched],
    [['--switch'], withCandidate],
    [['--config-only'], switched],
  ])('with %j refuses a tag that is another image before it touches anything', async (more, shop) => {
    await write(shop);
    const text = await readFile(file('home'), 'utf8');
    tags.set(`${shopImage}:1.5.0`, live.digest);
    const error = await failure(home(...more));
    expect(error).toBeInstanceOf(Refusal);
    expect(error.message).toBe(
      `${shopImage}:1.5.0 is another image already: ${live.digest}, not ${candidate.digest}. Nothing was changed.`,
    );
    expect(events).toEqual([]);
    expect(await readFile(file('home'), 'utf8')).toBe(text);
  });

  it('with --config-only pushes nothing and says what will; that pushes the tag once the edit is there', async () => {
    await write(withCandidate);
    await home('--switch', '--config-only');
    expect({ events, tags: tags.size }).toEqual({ events: [], tags: 0 });
    expect(said.slice(-3)).toEqual([
      `${file('home')} is written; nothing else was touched. Commit it, or run: evenkeel release shop 1.5.0 --stack home`,
      `${shopImage}:1.5.0: not pushed. When the edit is merged, this pushes it, after pulumi up or in its place: evenkeel release shop 1.5.0 --stack home`,
      `shop: 1.5.0 is stable; it is the image that was tested, ${candidate.digest}`,
    ]);
    const text = await readFile(file('home'), 'utf8');
    await home('1.5.0');
    expect(events).toEqual(['up home', `push ${shopImage}:1.5.0`]);
    expect(said).toContain('The stack file says so already.');
    expect(await readFile(file('home'), 'utf8')).toBe(text);
  });

  it('says that the release is done when the tag can not be pushed; said again, it pushes it, and once more does no harm', async () => {
    await write(switched);
    pushFails = new Error('The registry registry.example.com does not answer.');
    const error = await failure(home());
    expect(error.message).toBe(
      'The registry registry.example.com does not answer.\n' +
        `The release itself is done: 1.5.0 is live. Only the tag ${shopImage}:1.5.0 could not be pushed. When the cause is ` +
        'mended, push it with: evenkeel release shop 1.5.0 --stack home',
    );
    expect(await written()).toMatchObject({ green: stable });
    pushFails = undefined;
    await home();
    await home('--switch');
    expect(events).toEqual(['up home', 'up home', `push ${shopImage}:1.5.0`, 'up home']);
    expect(said).toContain(`${shopImage}:1.5.0 is ${candidate.digest} (there already)`);
    expect((await written()).history).toHaveLength(1);
  });

  it('names itself to finish an up that ended half-way, since a pulumi up would push no tag', async () => {
    await write(withCandidate);
    upFails = () => new UpError('the engine died');
    followed = 'edges';
    expect((await failure(home('--switch'))).message).toBe(
      'the engine died\nevenkeel release shop: not finished. The edges have begun to follow it. To finish: evenkeel release shop 1.5.0 --stack home',
    );
    upFails = () => undefined;
    await home('1.5.0');
    expect(tags.get(`${shopImage}:1.5.0`)).toBe(candidate.digest);
  });

  it.each([
    ['a stable version that release did not make', onlyLive, 'shop runs 1.4.2, which is stable already.'],
    ['one that is on hold', onHold({ ...switched, green: stable }), 'shop is on hold: the fair'],
    [
      'one beside another candidate, without its name',
      { ...switched, green: stable, blue: release('1.6.0-rc.1', 'd') },
      'and the candidate 1.6.0-rc.1 is not live yet.',
    ],
  ])('refuses to go on with %s', async (_, shop, words) => {
    await write(shop);
    const error = await failure(home());
    expect(error).toBeInstanceOf(Refusal);
    expect(error.message).toContain(words);
    expect({ events, tags: tags.size }).toEqual({ events: [], tags: 0 });
  });

  it('makes the commit and the tag of Git last; an existing one is refused before anything is touched', async () => {
    const git = (...args: string[]) => execFileSync('git', ['-C', folder, ...args], { encoding: 'utf8' });
    git('init', '-q');
    git('config', 'user.name', 'Eva');
    git('config', 'user.email', 'eva@example.com');
    await write(switched);
    git('add', '.');
    git('commit', '-q', '-m', 'first');
    git('tag', 'shop-v1.5.0');
    expect((await failure(home('--git'))).message).toContain('--git: the tag shop-v1.5.0 exists already.');
    expect({ events, status: git('status', '--porcelain') }).toEqual({ events: [], status: '' });
    git('tag', '-d', 'shop-v1.5.0');
    pushFails = new Error('no');
    expect((await failure(home('--git'))).message).toContain(
      'evenkeel release shop 1.5.0 --stack home --git',
    );
    expect(git('tag')).toBe('');
    pushFails = undefined;
    await home('--git');
    expect(git('tag', '-l', '--format=%(objecttype) %(refname:short) %(contents:subject)')).toBe(
      'tag shop-v1.5.0 shop 1.5.0\n',
    );
    expect(git('show', '--stat', '--format=%s', 'HEAD')).toContain('stacks/Pulumi.home.yaml');
  });

  describe('at all sites', () => {
    const all = (...args: string[]) => run('--yes', ...args);
    const pushes = [`push ${shopImage}:1.5.0`, 'push eu.example.com/shop:1.5.0'];
    beforeEach(async () => {
      await writeFile(join(folder, 'stacks', 'sites.yaml'), 'sites: [fra, home]\n');
      await write(withCandidate, 'fra');
      await write(withCandidate, 'home', 'eu.example.com/shop');
    });

    it('pushes the tags when the last site has it', async () => {
      await all('--switch');
      expect(events).toEqual(['up fra', 'up home', ...pushes]);
    });

    it("refuses a tag that is another image in the last site's registry before the first one is touched", async () => {
      tags.set('eu.example.com/shop:1.5.0', live.digest);
      const error = await failure(all('--switch'));
      expect(error).toBeInstanceOf(Refusal);
      expect(error.message).toMatch(
        /^eu\.example\.com\/shop:1\.5\.0 is another image already: .* Nothing was changed\.$/,
      );
      expect(events).toEqual([]);
    });

    it('pushes no tag when it stops half-way, and all of them when the same command finishes it', async () => {
      upFails = (stack) => (stack === 'home' ? new UpError('the gate refuses it') : undefined);
      expect((await failure(all('--switch'))).message).toContain(
        'Finish with `evenkeel release shop 1.5.0 --switch`',
      );
      expect(events).toEqual(['up fra', 'up home']);
      upFails = () => undefined;
      events = [];
      await all('1.5.0', '--switch');
      expect(events).toEqual(['up home', ...pushes]);
    });

    it('goes on by the command of all sites where one of them followed only in part', async () => {
      followed = 'edges';
      upFails = (stack) => (stack === 'home' ? new UpError('the engine died') : undefined);
      expect((await failure(all('--switch'))).message).toContain(
        'To finish: evenkeel release shop 1.5.0\nThe wave stopped at home',
      );
    });

    it('with --config-only pushes nothing; said again when all sites follow, it asks and pushes', async () => {
      await all('--switch', '--config-only');
      expect(events).toEqual([]);
      expect(said.at(-1)).toBe(
        `${shopImage}:1.5.0 and eu.example.com/shop:1.5.0: not pushed. When the edit is merged, this pushes it, after pulumi ` +
          'up or in its place: evenkeel release shop 1.5.0',
      );
      answer = false;
      expect(await failure(run('1.5.0'))).toEqual(new Refusal('Not confirmed: no tag was pushed.'));
      answer = true;
      await run('1.5.0');
      const question = 'Push the tag 1.5.0?';
      expect(events).toEqual([question, question, ...pushes]);
      await run(); // all tags are there: nothing to ask
      expect(events).toHaveLength(4);
    });

    it('has nothing to do where no site was released', async () => {
      await write(onlyLive, 'fra');
      await write(onlyLive, 'home');
      expect((await failure(all())).message).toContain(
        'no site has anything to do for `evenkeel release shop 1.4.2`',
      );
      expect(events).toEqual([]);
    });
  });
});

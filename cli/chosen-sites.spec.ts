import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chosenSites, optionsOf } from './chosen-sites';

describe('chosenSites', () => {
  let project: string;
  beforeEach(async () => {
    project = await mkdtemp(join(tmpdir(), 'evenkeel-'));
    await mkdir(join(project, 'stacks'));
    await writeFile(join(project, 'Pulumi.yaml'), 'name: evenkeel\nstackConfigDir: stacks\n');
  });
  afterEach(() => rm(project, { recursive: true }));

  const putSites = () => writeFile(join(project, 'stacks', 'sites.yaml'), 'sites: [acme/fra, home]\n');
  const both = [
    { site: 'fra', stack: 'acme/fra' },
    { site: 'home', stack: 'home' },
  ];

  it('is one stack, as ever, where no file names sites', async () => {
    expect(await chosenSites({}, project, {})).toBeUndefined();
  });

  it('is all sites where a file names them and no stack is named', async () => {
    await putSites();
    expect(await chosenSites({}, project, {})).toEqual(both);
    expect(await chosenSites({}, project, { PULUMI_STACK: '' })).toEqual(both);
  });

  it.each([
    ['--stack', { stack: 'home' }, {}],
    ['--config-file, or EVENKEEL_CONFIG_FILE', { configFile: 'Pulumi.home.yaml' }, {}],
    ['PULUMI_STACK', {}, { PULUMI_STACK: 'home' }],
  ])('is the stack that %s names', async (_, options, env) => {
    await putSites();
    expect(await chosenSites(options, project, env)).toBeUndefined();
  });

  it('is all sites with --all-sites, whatever the environment names', async () => {
    await putSites();
    const options = { configFile: 'Pulumi.home.yaml', allSites: true };
    expect(await chosenSites(options, project, { PULUMI_STACK: 'home' })).toEqual(both);
  });

  it('says what to write when all sites are asked for and no file names them', async () => {
    await expect(chosenSites({ allSites: true }, project, {})).rejects.toThrow(
      '--all-sites: no file says which sites belong together. Write stacks/sites.yaml, as docs/sites.md shows, or leave --all-sites out.',
    );
  });

  it('takes no mistake in the file for no file', async () => {
    await writeFile(join(project, 'stacks', 'sites.yaml'), 'sites: []\n');
    await expect(chosenSites({}, project, {})).rejects.toThrow('sites.yaml has 1 mistake');
  });
});

describe('optionsOf', () => {
  it('names the one stack, and keeps the rest', () => {
    const options = { configFile: 'x', allSites: true, yes: true };
    expect(optionsOf(options, { site: 'fra', stack: 'acme/fra' })).toEqual({ stack: 'acme/fra', yes: true });
  });
});

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ReleaseConfig, SiteConfig } from '../config/site-config';
import { Refusal } from '../release/refusal';
import { writeStackFile } from '../stack-file/write-stack-file';
import { textChanges } from '../stack-file/text-changes';
import { confirmed } from './confirm';
import { preview, UpError } from './converge';
import { openProject, type Project } from './project';
import type { StackOptions } from './stack-options';
import { reached } from './reached';
import { retriedUp } from './retried-up';

/** The options that all commands of a release have. */
export interface ChangeOptions extends StackOptions {
  /** Ask nothing. */
  yes?: boolean;
  /** The result as JSON on standard output, all else on standard error. */
  json?: boolean;
  /** Edit the stack file and stop: for a pull request. */
  configOnly?: boolean;
}

/** What a command did, for `--json`. */
export interface Change {
  stack: string;
  service: string;
  /** The command's name. */
  did: string;
  generation: number;
  live: string;
  /** Versions by slot. */
  blue?: string;
  green?: string;
  canary: number;
  /** Whether `pulumi up` was run to its end. */
  applied: boolean;
}

/** One act on a service's release. */
export interface Act {
  /** The command's name. */
  did: string;
  service: string;
  /** The next state. @throws Refusal */
  change: (release: ReleaseConfig, project: Project) => ReleaseConfig | Promise<ReleaseConfig>;
  /** The command that finishes it at a site whose `up` ended half-way; default: `pulumi up`. */
  finish?: (site: SiteConfig) => string;
}

/** Where a command talks to. */
export interface Output {
  /** Progress. */
  log: (line: string) => void;
  /** The result: as JSON for a script, or in words for a person. */
  done: (result: object, lines: readonly string[]) => void;
}

/** With `--json`, standard output has the result alone. */
export function outputOf({ json }: { json?: boolean }): Output {
  return json
    ? { log: (line) => console.error(line), done: (result) => console.log(JSON.stringify(result, null, 2)) }
    : {
        log: (line) => console.log(line),
        done: (_result, lines) => lines.forEach((line) => console.log(line)),
      };
}

/** What came of an act. */
export interface Done {
  change: Change;
  /** The site as it is wanted now. */
  site: SiteConfig;
  project: Project;
}

/**
 * Edits the release in the stack file, shows the edit, asks, and runs `pulumi up`. Everything that can be refused is
 * refused before the file is touched. Where the `up` fails before the site has taken anything of it, the file gets its
 * former text back: what it says is then still what runs.
 *
 * @throws Refusal, ConfigError, UpError
 */
export async function changeRelease(act: Act, options: ChangeOptions, output: Output): Promise<Done> {
  const { log } = output;
  const project = await openProject(options);
  const next = await act.change(project.release, project);
  const edited = next !== project.release;
  const site = project.siteWith(next);
  const text = edited ? project.stackFile.withRelease(next) : project.stackFile.text;
  log(edited ? textChanges(project.stackFile.text, text).trimEnd() : 'The stack file says so already.');
  if (!options.configOnly && !options.yes) await previewOf(project, text, log);
  if (!options.yes && !(options.configOnly && !edited))
    if (!(await confirmed(options.configOnly ? 'Write it?' : 'Do it?')))
      throw new Refusal('Not confirmed: nothing was changed.');
  if (edited) await writeStackFile({ file: project.file, before: project.stackFile.text, after: text });
  const change = describe(act, project, next, false);
  if (options.configOnly) {
    const touched = edited ? `${project.file} is written; nothing else` : 'Nothing';
    log(`${touched} was touched. Commit it, or run: ${finishing(act, site)}`);
    return { change, site, project };
  }
  try {
    await retriedUp(project, site, `evenkeel ${act.did} ${act.service}`, log);
  } catch (error) {
    if (!edited || !(error instanceof UpError)) throw error;
    throw await afterFailure(act, project, site, text, error);
  }
  return { change: { ...change, applied: true }, site, project };
}

/** What the program and the policy pack say of a text that is not yet the stack file's. */
async function previewOf(project: Project, text: string, log: (line: string) => void): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'evenkeel-preview-'));
  const file = join(directory, `Pulumi.${project.stackName}.yaml`);
  try {
    await writeFile(file, text, { mode: 0o600 });
    await preview({ ...project, file }, join(project.projectDirectory, 'policies'), log);
  } catch (error) {
    if (error instanceof UpError)
      throw new Refusal(`${error.message}\nNothing was changed.`, { cause: error });
    throw error;
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function afterFailure(
  act: Act,
  project: Project,
  wanted: SiteConfig,
  text: string,
  error: UpError,
): Promise<Error> {
  const how = await reached(wanted, project.release, act.service);
  const again = `evenkeel ${act.did} ${act.service}`;
  if (how === 'untouched') {
    // Somebody may have rolled back meanwhile: what they wrote stays.
    const restored = await writeStackFile({
      file: project.file,
      before: text,
      after: project.stackFile.text,
    }).then(
      () => 'is as it was',
      () => 'has what somebody else wrote meanwhile',
    );
    return new UpError(
      `${error.message}\n${again}: not done. The public sees what it saw, and ${project.file} ${restored}.`,
      { cause: error },
    );
  }
  const rest = {
    slot: `The public sees what it saw; the idle slot was changed. Mend the cause and say it again, or take the candidate away: evenkeel abort ${act.service}`,
    edges: `The edges have begun to follow it. To finish: ${finishing(act, wanted)}`,
    unknown: `How far it got can't be told. See: evenkeel status; to finish: ${finishing(act, wanted)}`,
  }[how];
  return new UpError(`${error.message}\n${again}: not finished. ${rest}`, { cause: error });
}

function finishing({ finish }: Act, site: SiteConfig): string {
  return finish?.(site) ?? 'pulumi up';
}

/** The change in a few plain values. */
export function describe(
  { did, service: name }: Pick<Act, 'did' | 'service'>,
  { stack }: Pick<Project, 'stack'>,
  release: ReleaseConfig,
  applied: boolean,
): Change {
  const { live, canary, blue, green } = release.services[name]!;
  return {
    stack,
    service: name,
    did,
    generation: release.generation,
    live,
    ...(blue && { blue: blue.version }),
    ...(green && { green: green.version }),
    canary,
    applied,
  };
}

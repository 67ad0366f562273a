import { readSiteConfig } from '../config/read-site-config';
import type { NodeConfig, SiteConfig } from '../config/site-config';
import { SiteContact } from '../edge/site-contact';
import { nodeRefusals } from '../machine/node-refusals';
import type { NodeStep } from '../machine/node-situation';
import { readSituation } from '../machine/read-situation';
import { othersServe, wholeSite } from '../machine/whole-site';
import { Refusal } from '../release/refusal';
import { StackFile } from '../stack-file/stack-file';
import { textChanges } from '../stack-file/text-changes';
import { writeStackFile } from '../stack-file/write-stack-file';
import type { Output } from './change-release';
import { confirmed } from './confirm';
import type { NodeOptions } from './node-command';
import { openProject, type Project } from './project';

/** What a step did, for `--json`. */
export interface NodeChange {
  stack: string;
  did: string;
  /** Names of the nodes that it did it to, in this order. */
  nodes: string[];
  /** Whether the machines were touched, and not the stack file alone. */
  applied: boolean;
}

/** A stack with one of its nodes. */
export interface NodeProject {
  project: Project;
  site: SiteConfig;
  node: NodeConfig;
}

/** @throws ConfigError, or Error naming the nodes there are. */
export async function openNode(name: string, options: NodeOptions): Promise<NodeProject> {
  const project = await openProject(options);
  const site = project.siteWith(project.release);
  const node = site.nodes.find((each) => each.name === name);
  if (node) return { project, site, node };
  throw new Error(
    `${project.file} has no node ${name}; it has ${site.nodes.map((each) => each.name).join(', ')}.`,
  );
}

/** The line to a site through any manager but this node, which is about to go or just coming back. */
export async function withoutManager<T>(
  { nodes }: SiteConfig,
  name: string,
  run: (contact: SiteContact) => Promise<T>,
): Promise<T> {
  const contact = new SiteContact(
    nodes.map((node) => (node.name === name ? { ...node, maintenance: true } : node)),
  );
  try {
    return await run(contact);
  } finally {
    contact.close();
  }
}

/** Whether a node may go, before anybody is asked. @throws Refusal */
export async function refuseStep(step: NodeStep, name: string, site: SiteConfig): Promise<void> {
  // No other manager could be asked.
  const refusals =
    site.nodes.length === 1
      ? othersServe(step, site)
        ? []
        : [wholeSite]
      : await withoutManager(site, name, async (contact) =>
          nodeRefusals(step, name, (await readSituation(site, contact)).situation),
        );
  if (refusals.length > 0)
    throw new Refusal(
      `${name} can't go now:\n${refusals.map((line) => `  ${line}`).join('\n')}\nNothing was changed.`,
    );
}

/** The text of the stack file with another maintenance of one node, the same text where it says so already. */
export function textWithMaintenance(project: Project, name: string, maintenance: boolean): string {
  return project.stackFile.withNodes((node) => {
    if (node['name'] !== name || (node['maintenance'] ?? false) === maintenance) return node;
    const { maintenance: _old, ...rest } = node;
    return maintenance ? { ...node, maintenance } : rest;
  });
}

/** The site as another text of its stack file has it. @throws ConfigError */
export function siteOf(project: Project, text: string): SiteConfig {
  return readSiteConfig({ stack: project.stackName, ...new StackFile(project.file, text).config() });
}

/** Shows an edit and what is about to be done, and asks. @throws Refusal */
export async function askFor(
  project: Project,
  text: string,
  plan: readonly string[],
  options: NodeOptions,
  { log }: Output,
): Promise<void> {
  const { text: before } = project.stackFile;
  if (text !== before) log(textChanges(before, text).trimEnd());
  for (const line of plan) log(line);
  if (!options.yes && !(await confirmed(options.configOnly ? 'Write it?' : 'Do it?')))
    throw new Refusal('Not confirmed: nothing was changed.');
}

/** Writes the stack file where it is to say something else. */
export async function write(project: Project, text: string, { log }: Output): Promise<void> {
  if (text === project.stackFile.text) return;
  await writeStackFile({ file: project.file, before: project.stackFile.text, after: text });
  log(`${project.file} is written`);
}

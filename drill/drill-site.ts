import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { Lab } from '../lab/lab';
import { labVariables } from '../lab/lab-variables';
import { checkoutDirectory } from '../lab/lab-directory';
import { SiteStack } from '../lab/site-stack';
import type { SiteStatus } from '../status/site-status';

/** How a run of `./evenkeel` ended. */
export interface CommandEnd {
  code: number;
  stdout: string;
  stderr: string;
}

/** The lab's site in the hands of a drill: commands as a person gives them, and what is done to the machines. */
export class DrillSite {
  readonly stack: SiteStack;

  constructor(readonly lab: Lab) {
    this.stack = new SiteStack(lab, checkoutDirectory);
  }

  /** Runs `./evenkeel` on the site's stack. */
  async evenkeel(...args: string[]): Promise<CommandEnd> {
    const child = execFile(join(checkoutDirectory, 'evenkeel'), args, {
      cwd: checkoutDirectory,
      env: { ...process.env, ...labVariables(this.lab) },
      maxBuffer: 32 * 1024 * 1024,
    });
    const ended = once(child, 'close') as Promise<[number | null]>;
    const [stdout, stderr, [code]] = await Promise.all([text(child.stdout!), text(child.stderr!), ended]);
    return { code: code ?? 137, stdout, stderr };
  }

  /** The same, to its good end. @throws Error with what it said. */
  async must(...args: string[]): Promise<CommandEnd> {
    const end = await this.evenkeel(...args);
    if (end.code !== 0)
      throw new Error(`evenkeel ${args.join(' ')}: exit code ${end.code}\n${end.stderr}${end.stdout}`);
    return end;
  }

  /** What `evenkeel status` says; undefined when it could not say anything. */
  async status(): Promise<SiteStatus | undefined> {
    const { stdout } = await this.evenkeel('status', '--json');
    try {
      return JSON.parse(stdout) as SiteStatus;
    } catch {
      return undefined;
    }
  }

  /** The address that the edges share; undefined: none. @throws Error when nothing was deployed. */
  async sharedAddress(): Promise<string | undefined> {
    const config = await this.stack.read();
    if (!config) throw new Error('Nothing runs on the lab yet. Run: ./evenkeel lab');
    const shared = config.edge['sharedAddresses'] as { address: string }[] | undefined;
    return shared?.[0]?.address;
  }

  /** Runs a script on a machine. @returns its output. @throws Error when it fails. */
  async on(machine: string, script: string): Promise<string> {
    const { stdout, stderr, code } = await this.lab.exec(machine, ['sh', '-c', script]);
    if (code !== 0) throw new Error(`${machine}: ${script}: exit code ${code}: ${stderr}`);
    return stdout.trim();
  }

  /** Addresses of the site's other machines. */
  othersOf(machine: string): string[] {
    return this.lab.machines.filter(({ name }) => name !== machine).map(({ address }) => address);
  }
}

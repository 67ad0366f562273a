import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { peerAddress } from '../config/peer-address';
import type { NodeConfig, ServiceConfig, SiteConfig } from '../config/site-config';
import { SiteContact } from '../edge/site-contact';
import { checkoutDirectory } from '../lab/lab-directory';
import { runAsRoot } from '../machine/run-as-root';
import type { SiteStatus } from '../status/site-status';

/** How a run of `./evenkeel` ended. */
export interface CommandEnd {
  code: number;
  stdout: string;
  stderr: string;
}

/** What a drill has to know of a site beside its config. */
export interface DrillGround {
  /** The service that the load asks, and whose release goes on: one of the config's. */
  service: string;
  /** What the load asks the service for; answered with 200 by all its versions. */
  path: string;
  /** Versions with a prerelease tag that are well, for the idle slot; empty: nothing is released, all is done during `idle`. */
  candidates: readonly string[];
  /** What tells `./evenkeel` which stack it is about. */
  environment: Record<string, string>;
  /** Requests a second. */
  rate: number;
  /** How long the site may take to be whole again, in ms, before that is written down as it is. */
  wholeWithin: number;
  power: Power;
}

/** How a machine loses its power. */
export interface Power {
  cut(site: DrillSite, machine: string): Promise<void>;
  /** Gives it back; left out: the machine boots by itself. */
  restore?(machine: string): Promise<void>;
}

/** A site in the hands of a drill: commands as a person gives them, and what is done to the machines over SSH. */
export class DrillSite {
  constructor(
    readonly config: SiteConfig,
    readonly ground: DrillGround,
  ) {}

  /** The machines that are meant to be in service. */
  get nodes(): readonly NodeConfig[] {
    return this.config.nodes.filter(({ maintenance }) => !maintenance);
  }

  /** The service that the load asks. */
  get service(): ServiceConfig {
    return this.config.services.find(({ name }) => name === this.ground.service)!;
  }

  /** The address that the edges share; undefined: none. */
  get sharedAddress(): string | undefined {
    return this.config.edge.sharedAddresses[0]?.address;
  }

  /** Runs `./evenkeel` on the site's stack. */
  async evenkeel(...args: string[]): Promise<CommandEnd> {
    const child = execFile(join(checkoutDirectory, 'evenkeel'), args, {
      cwd: checkoutDirectory,
      env: { ...process.env, ...this.ground.environment },
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

  /** Runs a script on a machine, as root. @returns its output. @throws Error when it fails. */
  async on(machine: string, script: string): Promise<string> {
    // A session of its own: one that was open before the machine died looks open.
    const contact = new SiteContact(this.config.nodes);
    try {
      return await runAsRoot(await contact.session(machine), script);
    } finally {
      contact.close();
    }
  }

  /** Addresses of the site's other machines, in the mesh too. */
  othersOf(machine: string): string[] {
    const others = this.config.nodes.filter(({ name }) => name !== machine);
    return [...new Set(others.flatMap((node) => [node.address, peerAddress(node)]))];
  }
}

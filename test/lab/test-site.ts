import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { request } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { Change } from '../../cli/change-release';
import type { Release, ReleaseConfig } from '../../config/site-config';
import { readSiteConfig } from '../../config/read-site-config';
import { masterSocket } from '../../edge/edge-paths';
import { edgeTemplateHash } from '../../edge/edge-template';
import { wantedEnvironment } from '../../edge/wanted-release';
import { RuntimeApi } from '../../edge/runtime-api';
import { SiteContact } from '../../edge/site-contact';
import { canaryCookieName } from '../../edge/haproxy-cfg/canary';
import { readSiteState, type SiteState } from '../../edge/site-state';
import type { Lab } from '../../lab/lab';
import { readLab } from '../../lab/lab';
import { labVariables } from '../../lab/lab-variables';
import { startLoad } from '../../lab/load/start-load';
import type { Load } from '../../lab/load/load';
import type { LoadOptions } from '../../lab/load/load-options';
import { checkoutDirectory } from '../../lab/lab-directory';
import { withRelease } from '../../lab/release-under-load';
import { sampleHost, SiteStack, type PulumiResult, type StackConfig } from '../../lab/site-stack';
import { bringAbout } from './bring-about';
import type { StandingOptions } from './standing-options';

/** What one edge answered to a client. */
export interface Answer {
  status: number;
  version: string;
}

/** How a run of `./evenkeel` ended. */
export interface CliResult {
  code: number;
  stdout: string;
  stderr: string;
}

/** The lab's site in the hands of a test: its stack, its config, what the public sees of it, what runs in the Swarm. */
export class TestSite {
  private constructor(
    readonly lab: Lab,
    readonly stack: SiteStack,
    /** What the config file holds. */
    public config: StackConfig,
  ) {}

  /**
   * The site with one healthy version live, whatever an earlier test left: machines are started, networks joined, and
   * one `up` with a newer generation puts the rest right.
   */
  static async standing(live = '1.0.0', options: StandingOptions = {}) {
    const { name, stackName, change = (it) => it } = options;
    const lab = await readLab(name);
    if (!lab) throw new Error('the lab is not up; run: ./evenkeel lab up, or ./evenkeel test --only lab');
    const stack = new SiteStack(lab, checkoutDirectory, stackName);
    await stack.select();
    await stack.cancel();
    const site = new TestSite(lab, stack, change(stack.firstConfig()));
    const state = await site.state();
    if (state?.label) {
      const shop = state.label.services['shop']!;
      const inLive = named(lab, shop.digests[shop.live]!);
      const idle = shop.live === 'blue' ? 'green' : 'blue';
      const base = { live: shop.live, canary: 0, [shop.live]: inLive };
      // A rollback without a quorum leaves edges that are ahead of the label.
      const edges = state.edges.flatMap(({ worker }) => worker?.pointer.generation ?? []);
      const generation = Math.max(state.label.generation, ...edges);
      site.config.release = {
        generation: generation + 1,
        services: { shop: { ...base, [idle]: stack.release(live) } },
      };
      const serving = shop.rolling?.idle ?? (shop.canary > 0 ? shop.digests[idle] : undefined);
      if (serving) {
        // A slot that serves clients can't be changed: they are taken back first, and so are nodes that were left half-way.
        const { release, services } = site.config;
        const both = { ...base, [idle]: named(lab, serving) };
        site.config.release = { generation: generation + 1, services: { shop: both } };
        if (shop.rolling)
          site.config.services = services.map((service) => ({ ...service, strategy: 'rolling' }));
        await site.up();
        site.config = { ...site.config, services, release: { ...release, generation: generation + 2 } };
      }
      if (inLive.version !== live) site.config.release.services['shop']!.live = idle;
    } else site.config.release.services['shop']!.blue = stack.release(live);
    await bringAbout(site);
    return site;
  }

  /** Name of the slot that the config calls live. */
  get live(): 'blue' | 'green' {
    return this.config.release.services['shop']!.live;
  }

  get idle(): 'blue' | 'green' {
    return this.live === 'blue' ? 'green' : 'blue';
  }

  /** The version in the slot that the config calls live. */
  get liveVersion(): string {
    return this.config.release.services['shop']![this.live]!.version;
  }

  /** Edits a copy of the config, writes it, and keeps it as this site's. */
  async edit(change: (config: StackConfig) => void): Promise<void> {
    const next = structuredClone(this.config);
    change(next);
    this.config = next;
    await this.stack.write(next);
  }

  /** The idle slot gets `version` and becomes live, in the config only. */
  async editRelease(version: string): Promise<void> {
    this.config = withRelease(this.stack, this.config, version);
    await this.stack.write(this.config);
  }

  /** Live goes to the other slot, in the config only. */
  editSwitch(): Promise<void> {
    return this.edit((config) => {
      const shop = config.release.services['shop']!;
      shop.previous = shop[shop.live];
      shop.live = this.idle;
      config.release.generation += 1;
    });
  }

  /** Writes the config and brings it about; throws with Pulumi's output when it fails. */
  async up(): Promise<PulumiResult> {
    await this.stack.write(this.config);
    const result = await this.stack.up();
    if (result.code !== 0) throw new Error(`pulumi up failed:\n${result.output}`);
    return result;
  }

  /** Writes the config and expects `up` to fail. @returns what it printed. */
  async refusedUp(): Promise<string> {
    await this.stack.write(this.config);
    const { code, output } = await this.stack.up();
    if (code === 0) throw new Error(`pulumi up went through, though it should have been refused:\n${output}`);
    return output;
  }

  /** Runs `./evenkeel` on this site's stack, as a person would, and takes over what it wrote. */
  async cli(...args: string[]): Promise<CliResult> {
    const result = await this.run(args, labVariables(this.lab));
    this.config = (await this.stack.read())!;
    return result;
  }

  private async run(args: string[], variables: Record<string, string>): Promise<CliResult> {
    const child = execFile(join(checkoutDirectory, 'evenkeel'), args, {
      cwd: checkoutDirectory,
      env: { ...process.env, ...variables },
      maxBuffer: 32 * 1024 * 1024,
    });
    const ended = once(child, 'close') as Promise<[number | null]>;
    const [stdout, stderr, [code]] = await Promise.all([text(child.stdout!), text(child.stderr!), ended]);
    return { code: code ?? 137, stdout, stderr };
  }

  /** The same, without a question and to its good end. @returns the result that it prints as JSON. */
  async must<T = Change>(...args: string[]): Promise<T> {
    const { code, stdout, stderr } = await this.cli(...args, '--yes', '--json');
    if (code !== 0) throw new Error(`evenkeel ${args.join(' ')}: exit code ${code}\n${stderr}`);
    return JSON.parse(stdout) as T;
  }

  /** Runs a step of `pulumi up` as an `up` would that wanted what `state` had. */
  async step(name: 'gate' | 'switchover', state: SiteState): Promise<CliResult> {
    const config = readSiteConfig({ stack: this.stack.name, ...this.config, secretNames: [] });
    const release = { generation: state.label!.generation, services: this.releasesOf(state) };
    const edge = { haproxyCfg: state.haproxyCfg!, template: edgeTemplateHash(config.edge) };
    return this.run([name], wantedEnvironment({ ...config, release }, edge));
  }

  private releasesOf(state: SiteState): ReleaseConfig['services'] {
    const { live, canary, digests, previous } = state.label!.services['shop']!;
    const slots = Object.entries(digests).map(([slot, digest]): [string, Release] => [
      slot,
      named(this.lab, digest),
    ]);
    return {
      shop: {
        live,
        canary,
        ...Object.fromEntries(slots),
        ...(previous && { previous: named(this.lab, previous) }),
      },
    };
  }

  /** What an edge answers to a client, over a connection of its own. */
  ask(machine: string, path = '/', host = sampleHost, headers: Record<string, string> = {}): Promise<Answer> {
    return ask(this.address(machine), path, { host, ...headers });
  }

  /** What each of the given edges (default: all) answers: machine → version. */
  async versions(machines = this.lab.machines.map(({ name }) => name)): Promise<Record<string, string>> {
    const answers = await Promise.all(
      machines.map(async (name) => [name, (await this.ask(name)).version] as const),
    );
    return Object.fromEntries(answers);
  }

  /** The same version from every machine. */
  everywhere(version: string): Record<string, string> {
    return Object.fromEntries(this.lab.machines.map(({ name }) => [name, version]));
  }

  address(machine: string): string {
    const found = this.lab.machines.find(({ name }) => name === machine);
    if (!found) throw new Error(`the lab has no machine ${machine}`);
    return found.address;
  }

  /** The IDs of all running tasks, by service and machine. */
  async taskIds(): Promise<Record<string, string>> {
    const format = '{{.Name}} {{.ID}} {{.DesiredState}}';
    const services = (await this.docker('service', 'ls', '--format', '{{.Name}}'))
      .split('\n')
      .filter(Boolean);
    const listed = await this.docker(
      'service',
      'ps',
      '--no-trunc',
      '--filter',
      'desired-state=running',
      '--format',
      format,
      ...services,
    );
    return Object.fromEntries(
      listed
        .split('\n')
        .filter(Boolean)
        .map((line): [string, string] => {
          const [task = '', id = ''] = line.split(' ');
          return [task, id];
        }),
    );
  }

  /** Runs docker on the first machine. */
  async docker(...args: string[]): Promise<string> {
    return this.dockerOn('pi1', ...args);
  }

  async dockerOn(machine: string, ...args: string[]): Promise<string> {
    const { stdout, stderr, code } = await this.lab.exec(machine, ['docker', ...args]);
    if (code !== 0) throw new Error(`${machine}: docker ${args.join(' ')}: ${stderr}`);
    return stdout.trim();
  }

  /**
   * What a service's containers printed, also those that have ended, as their machines have it. Not `docker service logs`,
   * which waits for every task's node to answer through the Swarm, for ever when one does not (tls.spec.ts hung in CI).
   */
  async logsOf(service: string): Promise<string> {
    const label = `label=com.docker.swarm.service.name=${service}`;
    const script = `for id in $(docker ps -aq --filter ${label}); do docker logs $id 2>&1; done`;
    const each = this.lab.machines.map(({ name }) => this.lab.exec(name, ['sh', '-c', script]));
    return (await Promise.all(each)).map(({ stdout }) => stdout).join('\n');
  }

  /** ID of the container of a machine's edge. */
  edgeContainer(machine: string): Promise<string> {
    return this.dockerOn(
      machine,
      'ps',
      '-q',
      '--filter',
      'label=com.docker.swarm.service.name=evenkeel-edge',
    );
  }

  /** What runs, as the product reads it; undefined without a Swarm. */
  async state(): Promise<SiteState | undefined> {
    const nodes = this.siteNodes();
    const contact = new SiteContact(nodes);
    try {
      return await readSiteState({ nodes }, contact);
    } finally {
      contact.close();
    }
  }

  /** By edge: the states of the servers of one backend, as HAProxy has them. */
  async edgeStats(backend: string): Promise<Record<string, string[]>> {
    const contact = new SiteContact(this.siteNodes());
    try {
      const stats = await Promise.all(
        this.lab.machines.map(async ({ name }) => {
          const rows = await new RuntimeApi(await contact.session(name)).serverStats();
          return [
            name,
            rows
              .filter((row) => row.backend === backend && row.server !== 'BACKEND')
              .map((row) => row.status),
          ] as const;
        }),
      );
      return Object.fromEntries(stats);
    } finally {
      contact.close();
    }
  }

  /** Gives an edge's HAProxy a command of its master CLI. @returns what it says. */
  async tellEdge(machine: string, command: string): Promise<string> {
    const contact = new SiteContact(this.siteNodes());
    try {
      const channel = await (await contact.session(machine)).openUnixSocket(masterSocket);
      const answer = text(channel);
      channel.end(`${command}\n`);
      return (await answer).trim();
    } finally {
      contact.close();
    }
  }

  /** A load of clients that keep their canary cookie: one of each bucket. */
  browsers(): Load {
    const cookies = Array.from({ length: 100 }, (_, bucket) => `${canaryCookieName}=${bucket}`);
    return this.clients(this.lab.machines, { rate: 300, cookies });
  }

  /**
   * A load on the given edges (default: all), for which any version of `right` is right. One request each 25 ms: 100 a second
   * take 0.28 of a core (clients, edges and slots together), as much as all else of a lab whose tests run, and 40 take 0.12.
   */
  load(right: (version: string, sentAt: number) => boolean, machines = this.lab.machines): Load {
    return this.clients(machines, { rate: 40, allowed: right });
  }

  private clients(machines: Lab['machines'], more: Pick<LoadOptions, 'rate' | 'cookies' | 'allowed'>): Load {
    const targets = machines.map(({ name, address }) => ({ name, origin: `http://${address}` }));
    return startLoad({ targets, host: sampleHost, keepAlive: 2, fresh: 1, ...more });
  }

  private siteNodes() {
    return readSiteConfig({ stack: this.stack.name, ...this.config, secretNames: [] }).nodes;
  }
}

/** The release that has a digest; an image that the lab no longer has gets a version of no meaning. */
function named(lab: Lab, digest: string): Release {
  const version = Object.keys(lab.digests).find((each) => lab.digests[each] === digest);
  return { version: version ?? '0.0.1', digest };
}

/** One GET over a connection of its own. */
export function ask(address: string, path: string, headers: Record<string, string>): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asked = request(
      { host: address, port: 80, path, headers, agent: false, timeout: 5000 },
      (answer) => {
        answer.resume();
        answer.on('end', () =>
          resolve({
            status: answer.statusCode ?? 0,
            version: String(answer.headers['x-version'] ?? '(none)'),
          }),
        );
        answer.on('error', reject);
      },
    );
    asked.on('timeout', () => asked.destroy(new Error(`${address} does not answer within 5 s`)));
    asked.on('error', reject);
    asked.end();
  });
}

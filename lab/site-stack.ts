import { spawn } from 'node:child_process';
import { copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { parse, stringify } from 'yaml';
import type { ReleaseConfig } from '../config/site-config';
import type { Lab } from './lab';

/** The five keys of a stack's config, as in the YAML file, without the prefix `evenkeel:`. */
export interface StackConfig {
  nodes: Record<string, unknown>[];
  mesh?: Record<string, unknown>;
  services: Record<string, unknown>[];
  edge: Record<string, unknown>;
  release: ReleaseConfig;
}

/** How a run of `pulumi` ended. */
export interface PulumiResult {
  code: number;
  /** Standard output and standard error, as they came. */
  output: string;
}

/** Host name of the lab's service, for the Host header. */
export const sampleHost = 'shop.example.com';

/**
 * The lab's stack: what a user's `stacks/Pulumi.home.yaml` is, but in a file of the lab's directory, and run by the
 * very same commands.
 */
export class SiteStack {
  readonly configFile: string;
  /** A folder with a copy of Pulumi.yaml, so that what Pulumi writes beside it is not written into the checkout. */
  private readonly project: string;

  constructor(
    private readonly lab: Lab,
    /** The checkout whose program is run. */
    private readonly program: string,
    readonly name = 'lab',
  ) {
    this.project = join(lab.directory, 'project');
    this.configFile = join(this.project, 'stacks', `Pulumi.${name}.yaml`);
  }

  /** The config of the sample service on all of the lab's machines, with 1.0.0 live in blue. */
  firstConfig(): StackConfig {
    const { lab } = this;
    return {
      nodes: lab.machines.map(({ name, address, hostKey }) => ({
        name,
        place: 'lab',
        address,
        arch: process.arch === 'arm64' ? 'arm64' : 'amd64',
        roles: ['manager', 'worker', 'edge'],
        ssh: { hostKey, privateKeyPath: lab.privateKeyPath },
      })),
      services: [
        {
          name: 'shop',
          repository: lab.sampleRepository,
          port: 8080,
          hostnames: [sampleHost],
          health: { path: '/alive', interval: '1s', timeout: '900ms' },
          slotPorts: { blue: 18080, green: 18081 },
          stopGrace: '30s',
          acceptance: {
            command:
              'curl -fsS --max-time 5 "$EVENKEEL_CANDIDATE_URL/version" | grep -Fx "$EVENKEEL_CANDIDATE_VERSION"',
            timeout: '10s',
          },
        },
      ],
      edge: {
        image: lab.edgeImage,
        // One edge alone has nobody to share an address with.
        ...(lab.machines.length > 1 && {
          sharedAddresses: [{ place: 'lab', address: lab.sharedAddress }],
        }),
        timeouts: { drain: '20s', hardStop: '10s' },
      },
      release: {
        generation: 1,
        services: { shop: { live: 'blue', canary: 0, blue: this.release('1.0.0') } },
      },
    };
  }

  /** Version and digest of one of the sample service's images. */
  release(version: string): { version: string; digest: string } {
    const digest = this.lab.digests[version];
    if (!digest)
      throw new Error(
        `the lab has no image of version ${version}; it has ${Object.keys(this.lab.digests).join(', ')}`,
      );
    return { version, digest };
  }

  /** Writes the config file, as an editor would: what Pulumi keeps in it (the salt of its encryption) stays. */
  async write(config: StackConfig): Promise<void> {
    const { config: _old, ...kept } = parse(await readFile(this.configFile, 'utf8')) as Record<
      string,
      unknown
    >;
    const values = Object.fromEntries(
      Object.entries(config).map(([key, value]) => [`evenkeel:${key}`, value]),
    );
    // Nobody writes YAML's anchors by hand, and the CLI edits none.
    const written = stringify({ ...kept, config: values }, { aliasDuplicateObjects: false });
    await writeFile(this.configFile, written);
  }

  /** The config file's text. */
  readText(): Promise<string> {
    return readFile(this.configFile, 'utf8');
  }

  /** The config file as it is; undefined where nothing was written yet. */
  async read(): Promise<StackConfig | undefined> {
    const text = await readFile(this.configFile, 'utf8').catch(() => undefined);
    if (text === undefined) return undefined;
    const { config } = parse(text) as { config?: Record<string, unknown> };
    if (!config) return undefined;
    return Object.fromEntries(
      Object.entries(config).map(([key, value]) => [key.replace('evenkeel:', ''), value]),
    ) as unknown as StackConfig;
  }

  /** Makes the stack in the backend where it does not exist. */
  async select(): Promise<void> {
    await mkdir(dirname(this.configFile), { recursive: true });
    await copyFile(join(this.program, 'Pulumi.yaml'), join(this.project, 'Pulumi.yaml'));
    const { code, output } = await this.pulumi(
      ['stack', 'select', '--create', '--stack', this.name],
      this.project,
    );
    if (code !== 0) throw new Error(`the stack can't be made:\n${output}`);
  }

  /** `pulumi up`, without a question. */
  up(log?: (line: string) => void): Promise<PulumiResult> {
    return this.withConfig(['up', '--yes', '--skip-preview'], log);
  }

  preview(more: string[] = []): Promise<PulumiResult> {
    return this.withConfig(['preview', ...more]);
  }

  refresh(): Promise<PulumiResult> {
    return this.withConfig(['refresh', '--yes', '--skip-preview', '--run-program']);
  }

  async destroy(): Promise<PulumiResult> {
    return this.withConfig(['destroy', '--yes', '--skip-preview']);
  }

  /** All that Pulumi keeps of the stack, what is secret in plain text. */
  exported(): Promise<PulumiResult> {
    return this.pulumi(['stack', 'export', '--show-secrets', '--stack', this.name], this.project);
  }

  /** Any other command of pulumi on this stack. */
  withConfig(args: string[], log?: (line: string) => void): Promise<PulumiResult> {
    return this.pulumi([...args, '--stack', this.name, '--config-file', this.configFile], this.program, log);
  }

  /** Starts pulumi and leaves it running: for a test that kills it. `kill` takes the engine alone (SIGKILL), as the kernel would. */
  start(args: string[]): { done: Promise<PulumiResult>; kill(): void } {
    const child = spawn(
      this.lab.pulumi,
      [
        ...args,
        '--non-interactive',
        '--cwd',
        this.program,
        '--stack',
        this.name,
        '--config-file',
        this.configFile,
      ],
      { env: this.lab.pulumiEnv, stdio: ['ignore', 'pipe', 'pipe'] },
    );
    return { done: collect(child), kill: () => void child.kill('SIGKILL') };
  }

  /** Frees the lock of an engine that died. */
  async cancel(): Promise<void> {
    const { code, output } = await this.pulumi(['cancel', '--yes', '--stack', this.name], this.project);
    if (code !== 0) throw new Error(`the stack's lock can't be freed:\n${output}`);
  }

  /** Forgets the stack: its state and its config file. */
  async remove(): Promise<void> {
    await this.pulumi(['stack', 'rm', '--yes', '--force', '--stack', this.name], this.project);
    await rm(this.configFile, { force: true });
  }

  private pulumi(args: string[], cwd: string, log?: (line: string) => void): Promise<PulumiResult> {
    const child = spawn(this.lab.pulumi, [...args, '--non-interactive', '--cwd', cwd], {
      env: this.lab.pulumiEnv,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    return collect(child, log);
  }
}

function collect(child: ReturnType<typeof spawn>, log?: (line: string) => void): Promise<PulumiResult> {
  return new Promise((resolve, reject) => {
    let output = '';
    const take = (chunk: Buffer) => {
      output += chunk.toString('utf8');
      log?.(chunk.toString('utf8'));
    };
    child.stdout?.on('data', take);
    child.stderr?.on('data', take);
    child.on('error', reject);
    child.on('close', (code) => resolve({ code: code ?? 137, output }));
  });
}

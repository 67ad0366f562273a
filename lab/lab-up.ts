import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { attach } from './attach';
import { pulumiPath } from './pulumi-path';
import { cacheDirectory } from './cache-directory';
import { ensureRegistryCertificate } from './certificates';
import { ensureContainer } from './containers';
import { ensureDocker } from './engine';
import { ensureImages, labImages } from './images';
import { installPackages } from './install-packages';
import { ensureKeyPair } from './key-pair';
import type { Lab, LabState } from './lab';
import { checkoutDirectory, labDirectory, labLock, readState, writeState, thisLab } from './lab-directory';
import { clearOrphans } from './leftovers';
import { withLock } from './lock';
import type { Log } from './log';
import { awaitBoot, ensureMachine, machineOptions } from './machine';
import { must } from './must';
import { containerName, labLabel } from './naming';
import { ensureNetwork } from './network';

import { installPlugin } from './plugins/install';
import type { PluginName } from './plugins/plugin-name';
import { pushImages } from './push-images';
import { ensureRegistry } from './registry';
import { prepareSample } from './sample/prepare-sample';
import { hostAddress } from './subnet';
import { timed } from './timed';
import { ensureToolchain } from './toolchain';

/** What kind of lab to bring up. */
export interface LabOptions {
  /** One machine is a whole site too: a VPS beside another site. */
  machines: 1 | 3 | 5;
  log: Log;
  /** Default: from the checkout's path, so that each checkout has its own. */
  name?: string;
}

/**
 * Brings the lab up, or repairs it, or changes its size, and resolves when every machine has booted and the registry
 * holds the edge's and the sample service's images. A lab that is up costs a look at each part.
 */
export async function labUp({ machines, log, name = thisLab() }: LabOptions): Promise<Lab> {
  const directory = labDirectory(name);
  return withLock(
    labLock(name),
    (pid) => log(`waiting for process ${pid}, which is working on the same lab`),
    () =>
      timed(log, `lab up (${machines} ${machines === 1 ? 'machine' : 'machines'})`, () =>
        bringUp(machines, name, directory, log),
      ),
  );
}

async function bringUp(count: number, lab: string, directory: string, log: Log): Promise<Lab> {
  const cache = cacheDirectory();
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  await installPackages({ openssl: 'openssl', ssh: 'openssh-client' }, log);
  // The engine takes longest where it must be built, and needs nothing of the rest.
  const pulumi = preparePulumi(cache, directory, log);
  const site = prepareSite(count, lab, directory, cache, log);
  // Both are awaited whatever happens, so that nothing goes on working behind a failure.
  const [prepared, built] = await Promise.allSettled([pulumi, site]);
  if (built.status === 'rejected') throw built.reason;
  if (prepared.status === 'rejected') throw prepared.reason;
  const { docker, ...rest } = built.value;
  const state: LabState = { ...rest, ...prepared.value };
  writeState(directory, state);
  return attach(state, directory, docker);
}

type PulumiPart = Pick<LabState, 'pulumi' | 'pulumiVariables' | 'plugins'>;

async function preparePulumi(cache: string, directory: string, log: Log): Promise<PulumiPart> {
  const toolchain = await ensureToolchain({ cacheDirectory: cache, log });
  const state = join(directory, 'pulumi-state');
  mkdirSync(state, { recursive: true });
  const pulumiVariables = {
    PULUMI_HOME: join(directory, 'pulumi-home'),
    PULUMI_BACKEND_URL: `file://${state}`,
    // A lab has no secrets worth a passphrase; its files are readable by their owner only.
    PULUMI_CONFIG_PASSPHRASE: 'lab',
    PULUMI_SKIP_UPDATE_CHECK: 'true',
  };
  const env = { ...process.env, ...pulumiVariables, PATH: pulumiPath(toolchain.pulumi) };
  const install = (plugin: PluginName) => installPlugin(plugin, { pulumi: toolchain.pulumi, env, log });
  // One after the other: all write to the same PULUMI_HOME. All of them, whether a stack uses them or not: Pulumi looks for
  // the plugin of each package that the program could load, and would try to fetch a missing one at every `up`.
  const plugins = {
    docker: await install('docker'),
    command: await install('command'),
    cloudflare: await install('cloudflare'),
    tls: await install('tls'),
  };
  return { pulumi: toolchain.pulumi, pulumiVariables, plugins };
}

type SitePart = Omit<LabState, keyof PulumiPart> & { docker: string[] };

async function prepareSite(
  count: number,
  lab: string,
  directory: string,
  cache: string,
  log: Log,
): Promise<SitePart> {
  const engine = await ensureDocker({ cacheDirectory: cache, log });
  const { docker } = engine;
  await clearOrphans(docker, log);
  const images = await ensureImages(engine, labImages, cache, log);
  const sample = prepareSample({ docker, repository: localSample, cacheDirectory: cache, log });
  // Awaited below; until then a failure of it must not end the process.
  sample.catch(() => undefined);

  const checkout = checkoutDirectory;
  const network = await ensureNetwork(docker, lab, checkout);
  const address = (last: number) => hostAddress(network.subnet, last);
  const certificate = await ensureRegistryCertificate(join(directory, 'certificates'), address(5));
  const keyPair = ensureKeyPair(join(directory, 'id_ed25519'));
  const shared = { docker, lab, checkout, network: network.name, directory };
  const names = Array.from({ length: count }, (_, index) => `pi${index + 1}`);
  await removeSurplus(docker, lab, [...names, 'registry', 'outsider'], log);
  const registry = await timed(log, 'registry', () =>
    ensureRegistry({ ...shared, image: images.registry, address: address(5), certificate }),
  );
  const machineSettings = {
    ...shared,
    image: images.machine,
    publicKey: keyPair.publicKey,
    registry: registry.host,
    caCertificate: readFileSync(registry.caFile, 'utf8'),
    options: await machineOptions(docker),
  };
  const outsider = { container: containerName(lab, 'outsider'), address: address(20) };
  const [machines] = await Promise.all([
    timed(log, count === 1 ? 'machine pi1' : `machines ${names[0]} to ${names[count - 1]}`, () =>
      Promise.all(
        names.map(async (name, index) => {
          const machine = await ensureMachine(machineSettings, name, address(11 + index));
          await awaitBoot(docker, machine);
          return machine;
        }),
      ),
    ),
    ensureContainer(
      docker,
      {
        ...{
          lab,
          checkout,
          part: 'outsider',
          image: images.machine,
          network: network.name,
          address: outsider.address,
        },
        ...{ options: ['--init', '--entrypoint', 'sleep'], command: ['infinity'], files: {} },
      },
      join(directory, 'staging'),
    ),
  ]);
  await sample;
  const pushed = await timed(log, "registry holds the edge's and the sample's images", () =>
    pushImages({
      docker,
      lab,
      registry,
      edge: images.edge,
      localSample,
      known: readState(directory)?.pushed ?? {},
    }),
  );
  const { name, subnet } = { name: lab, subnet: network.subnet };
  return {
    docker,
    sharedAddress: address(10),
    name,
    checkout,
    subnet,
    machines,
    registry,
    outsider,
    privateKeyPath: keyPair.privateKeyPath,
    ...pushed,
  };
}

/** The name that the sample's images have in the host's engine: without the registry's address, which another lab has otherwise. */
const localSample = 'evenkeel-lab/sample';

/** Removes what the lab has no more: the fourth and fifth machine of one that had five, and drafts of a run that was killed. */
async function removeSurplus(docker: string[], lab: string, parts: string[], log: Log): Promise<void> {
  const format = ['--format', '{{.Names}}'];
  const found = await must([...docker, 'ps', '-a', '--filter', `label=${labLabel}=${lab}`, ...format]);
  const wanted = parts.map((part) => containerName(lab, part));
  const surplus = found.split('\n').filter((container) => container !== '' && !wanted.includes(container));
  if (surplus.length === 0) return;
  log(`removing ${surplus.join(', ')}`);
  await must([...docker, 'rm', '-f', '-v', ...surplus]);
}

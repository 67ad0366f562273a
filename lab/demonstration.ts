import { formatReport } from './load/format-report';
import type { Lab } from './lab';
import type { Log } from './log';
import { checkoutDirectory } from './lab-directory';
import { releaseUnderLoad } from './release-under-load';
import { sampleHost, SiteStack, type PulumiResult } from './site-stack';
import { timed } from './timed';

/** The versions that the demonstration goes round in, so that each run releases one that is new to its slot. */
const versions = ['1.0.0', '1.1.0-rc.1', '1.1.0-rc.2'];

/** What the demonstration ends with. */
export interface Demonstration {
  from: string;
  to: string;
  requests: number;
  lost: number;
  wrong: number;
  p50: number;
  p99: number;
  /** Milliseconds between the first flipped edge and the last. */
  spread?: number;
  /** By machine: the address at which its edge answers. */
  edges: Record<string, string>;
  host: string;
}

/**
 * Deploys the sample service on the lab where it does not run yet, releases the next version under load, and logs what
 * happened.
 *
 * @throws Error with Pulumi's output when an `up` fails.
 */
export async function demonstrate(lab: Lab, log: Log): Promise<Demonstration> {
  const stack = new SiteStack(lab, checkoutDirectory);
  const plugins = Object.entries(lab.plugins).map(
    ([name, { version, source }]) => `${name} ${version} (${source})`,
  );
  log(`plugins: ${plugins.join(', ')}`);
  await stack.select();
  let config = await stack.read();
  if (!config) {
    config = stack.firstConfig();
    await stack.write(config);
    await timed(log, 'pulumi up: shop 1.0.0 on all machines', async () => succeeded(await stack.up()));
  }
  const shop = config.release.services['shop']!;
  const live = shop[shop.live]!.version;
  const version = versions[(versions.indexOf(live) + 1) % versions.length]!;
  const release = await timed(log, `pulumi up under load: shop ${live} -> ${version}`, () =>
    releaseUnderLoad(lab, stack, config, version),
  );
  succeeded(
    release.up,
    '\nWhere this lab is not what its stack file says (a command that was killed, a test): ./evenkeel lab down, then ./evenkeel lab.',
  );
  log('');
  log(formatReport(release.load));
  log(
    `switchover: ${release.spread === undefined ? 'no edge had to be flipped' : `${release.spread} ms between the first edge and the last`}`,
  );
  log('');
  const edges = Object.fromEntries(lab.machines.map(({ name, address }) => [name, `http://${address}`]));
  log('Look at it:');
  for (const [name, url] of Object.entries(edges)) log(`  curl -H 'Host: ${sampleHost}' ${url}    # ${name}`);
  if (lab.machines.length > 1)
    log(
      `  curl -H 'Host: ${sampleHost}' http://${lab.sharedAddress}    # whichever edge has the shared address`,
    );
  log(`  ssh -i ${lab.privateKeyPath} root@${lab.machines[0]!.address} docker service ls`);
  log('Take it away: ./evenkeel lab down');
  const { requests, lost, wrong, p50, p99 } = release.load;
  return {
    from: live,
    to: version,
    requests,
    lost,
    wrong,
    p50,
    p99,
    spread: release.spread,
    edges,
    host: sampleHost,
  };
}

function succeeded({ code, output }: PulumiResult, advice = ''): void {
  if (code !== 0) throw new Error(`pulumi up failed:\n${output}${advice}`);
}

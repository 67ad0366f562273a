import { createHash } from 'node:crypto';
import * as docker from '@pulumi/docker';
import * as pulumi from '@pulumi/pulumi';
import { secretNamesOf } from '../config/secret-names-of';
import type { SiteConfig } from '../config/site-config';
import {
  caFileName,
  certificateFileName,
  type CloudflareAccess,
  settingsFile,
  watchdogFolder,
} from '../watchdog/settings-file';
import { platformsOfImage } from './platforms';
import { contentName } from './slot-secret';

/** What the watchdog reads besides its settings and secrets, as text. */
export interface WatchdogFiles {
  /** `watchdogProgram`. */
  program: string;
  /** PEM: `evenkeel:pool.check.caFile`. */
  ca?: string;
  /** PEM: the certificate of `evenkeel:pool.check.clientCertificate`. */
  certificate?: string;
}

/** Arguments of `Watchdog`. */
export interface WatchdogArgs {
  site: SiteConfig & {
    pool: NonNullable<SiteConfig['pool']>;
    watchdog: NonNullable<SiteConfig['watchdog']>;
  };
  cloudflare: CloudflareAccess;
  files: WatchdogFiles;
  /** Contents of `evenkeel:secrets`, by name. */
  secrets: Record<string, string>;
  provider: docker.Provider;
}

/** Name of the Swarm service, and what its configs' and secrets' names begin with. */
export const watchdogServiceName = 'evenkeel-watchdog';

/**
 * The site's watchdog: one process on any node, which Swarm starts elsewhere when that node is gone. It is an image of Node,
 * with the program and its settings as Docker configs, so nothing has to be pushed; it writes no file and needs no volume.
 */
export class Watchdog extends pulumi.ComponentResource {
  constructor(name: string, args: WatchdogArgs, options?: pulumi.ComponentResourceOptions) {
    super('evenkeel:index:Watchdog', name, {}, options);
    const { site, cloudflare, provider } = args;
    const { program, ca, certificate } = args.files;
    // The plugin would delete the old one first, wherever a name is given: Swarm refuses that while the service has it.
    const made = { parent: this, provider, deleteBeforeReplace: false };
    const files = [
      { file: 'watchdog.js', text: program },
      { file: 'settings.json', text: JSON.stringify(settingsFile(site, cloudflare)) },
      ...(ca === undefined ? [] : [{ file: caFileName, text: ca }]),
      ...(certificate === undefined ? [] : [{ file: certificateFileName, text: certificate }]),
    ].map(({ file, text }) => {
      const hash = createHash('sha256').update(text).digest('hex').slice(0, 12);
      const config = new docker.ServiceConfig(
        `watchdog-${file}`,
        { name: `${watchdogServiceName}-${file}-${hash}`, data: Buffer.from(text).toString('base64') },
        made,
      );
      return {
        configId: config.id,
        configName: config.name,
        fileName: `${watchdogFolder}/${file}`,
        fileMode: 0o444,
      };
    });
    const clientKey = site.pool.check.clientCertificate?.key;
    const needed = new Set([
      cloudflare.token,
      ...secretNamesOf(site.messages).map((each) => each.name),
      ...(clientKey === undefined ? [] : [clientKey]),
    ]);
    const secrets = [...needed].sort().map((secret) => {
      const content = args.secrets[secret]!;
      const stored = new docker.Secret(
        `watchdog-${secret}`,
        {
          name: contentName(watchdogServiceName, secret, content),
          data: pulumi.secret(Buffer.from(content).toString('base64')),
        },
        made,
      );
      return {
        secretId: stored.id,
        secretName: stored.name,
        fileName: `/run/secrets/${secret}`,
        fileUid: nobody,
        fileGid: nobody,
        fileMode: 0o400,
      };
    });
    new docker.Service(
      watchdogServiceName,
      {
        name: watchdogServiceName,
        mode: { replicated: { replicas: 1 } },
        labels: [{ label: 'evenkeel.site', value: site.site }],
        ...watchdogTemplate(site.watchdog),
        taskSpec: {
          ...watchdogTemplate(site.watchdog).taskSpec,
          containerSpec: {
            ...watchdogTemplate(site.watchdog).taskSpec.containerSpec,
            configs: files,
            secrets,
          },
        },
        // One that is new learns for 25 s before it does anything, so a gap is better than two.
        updateConfig: {
          parallelism: 1,
          order: 'stop-first',
          failureAction: 'pause',
          delay: '0s',
          monitor: '5s',
        },
      },
      { parent: this, provider, ignoreChanges: [platformsOfImage] },
    );
    this.registerOutputs();
  }
}

/** The user `nobody` of Debian and Alpine. */
const nobody = '65534';

/** What of the service needs no resource, in the docker plugin's form. */
export function watchdogTemplate({ image, memory }: WatchdogArgs['site']['watchdog']) {
  return {
    endpointSpec: { mode: 'dnsrr' }, // a VIP of Swarm's needs IPVS, and nobody would use it
    taskSpec: {
      containerSpec: {
        image,
        // Node sizes its heap by the machine's memory: on a large one it would outgrow the limit before it tidies up.
        commands: [
          'node',
          '--max-old-space-size=24',
          '--max-semi-space-size=1',
          `${watchdogFolder}/watchdog.js`,
          `${watchdogFolder}/settings.json`,
        ],
        user: `${nobody}:${nobody}`,
        capDrops: ['ALL'],
        readOnly: true,
        stopSignal: 'SIGTERM',
        stopGracePeriod: '10s',
        init: false,
      },
      restartPolicy: { condition: 'any', delay: '5s', maxAttempts: 0, window: '0s' },
      resources: { limits: { memoryBytes: memory } },
    },
  };
}

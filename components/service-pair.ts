import * as docker from '@pulumi/docker';
import * as pulumi from '@pulumi/pulumi';
import type { ServiceConfig, ServiceRelease, SlotName } from '../config/site-config';
import { slotNames } from '../release/pointer';
import { platformsOfImage } from './platforms';
import { definitionLabel } from '../edge/swarm-state';
import { definitionHash, slotDefinition } from './slot-definition';
import { slotSecretName } from './slot-secret';

/** Arguments of `ServicePair`. */
export interface ServicePairArgs {
  /** Name of the site, for the label `evenkeel.site`. */
  site: string;
  service: ServiceConfig;
  release: ServiceRelease;
  /** Slots that the label, or an edge, calls live: they are not touched, whatever the config says. */
  frozen: readonly SlotName[];
  /** By `service/slot`: names of the secrets that the running slot has. */
  attached: Record<string, readonly string[]>;
  /** Contents of `evenkeel:secrets`, by name. */
  secrets: Record<string, string>;
  provider: docker.Provider;
}

/**
 * The two slots of a service, each a Swarm service of its own on the same nodes with a host port of its own. A slot
 * that has never had a release is not declared yet.
 *
 * A frozen slot keeps the secrets that it runs with, also those that the config no longer has: Swarm does not delete a
 * secret that is in use. They go with the slot's next turn.
 */
export class ServicePair extends pulumi.ComponentResource {
  /** The slots that are declared. */
  readonly slots: Partial<Record<SlotName, docker.Service>> = {};

  constructor(name: string, args: ServicePairArgs, options?: pulumi.ComponentResourceOptions) {
    super('evenkeel:index:ServicePair', name, {}, options);
    for (const slot of slotNames) if (args.release[slot]) this.slots[slot] = this.slot(slot, args);
    this.registerOutputs();
  }

  private slot(slot: SlotName, args: ServicePairArgs): docker.Service {
    const { service, release, provider, site } = args;
    const frozen = args.frozen.includes(slot) ? ['*'] : [];
    const common = { parent: this, provider, ignoreChanges: frozen };
    const definition = slotDefinition(service, slot, release[slot]!);
    const attached = frozen.length > 0 ? (args.attached[`${service.name}/${slot}`] ?? []) : [];
    const dropped = attached.filter((secret) => !service.secrets.includes(secret));
    // Registered without their content, which nobody has any more: a frozen secret keeps the one that it has.
    const kept = dropped.map((file) => ({ file, name: file, content: '' }));
    const secrets = service.secrets.map((secret) => {
      const content = args.secrets[secret]!;
      return { file: secret, name: slotSecretName(service.name, slot, secret, content), content };
    });
    const references = [...secrets, ...kept].map(({ file, name, content }) => {
      const data = pulumi.secret(Buffer.from(content).toString('base64'));
      const made = new docker.Secret(
        `${service.name}-${slot}-${file}`,
        { name, data },
        // The plugin would delete the old one first, wherever a name is given: Swarm refuses that while a slot has it.
        { ...common, deleteBeforeReplace: false },
      );
      return { secretId: made.id, secretName: made.name, fileName: `/run/secrets/${file}`, fileMode: 0o444 };
    });
    const hash = definitionHash(
      definition,
      secrets.map(({ name }) => name),
    );
    const labels = {
      'evenkeel.site': site,
      'evenkeel.service': service.name,
      'evenkeel.slot': slot,
      [definitionLabel]: hash,
    };
    const { taskSpec, ...rest } = definition;
    return new docker.Service(
      definition.name,
      {
        ...rest,
        labels: Object.entries(labels).map(([label, value]) => ({ label, value })),
        taskSpec: {
          ...taskSpec,
          containerSpec: {
            ...taskSpec.containerSpec,
            ...(references.length > 0 ? { secrets: references } : {}),
          },
        },
      },
      { ...common, ignoreChanges: [...frozen, platformsOfImage] },
    );
  }
}

/** What the definition label of a slot will be; `undefined` for a slot without a release. */
export function wantedDefinition(
  service: ServiceConfig,
  release: ServiceRelease,
  slot: SlotName,
  secrets: Record<string, string>,
): string | undefined {
  const wants = release[slot];
  if (!wants) return undefined;
  const names = service.secrets.map((secret) => slotSecretName(service.name, slot, secret, secrets[secret]!));
  return definitionHash(slotDefinition(service, slot, wants), names);
}

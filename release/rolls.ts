import type { ServiceConfig, SiteConfig } from '../config/site-config';
import type { Pointer } from './pointer';
import { Refusal } from './refusal';

/** The service of that name, if it has the strategy rolling: one version on each node, and no second one beside it. */
export function rollingService(
  { services }: Pick<SiteConfig, 'services'>,
  name: string,
): ServiceConfig | undefined {
  return services.find((service) => service.name === name && service.strategy === 'rolling');
}

/** @throws Refusal where no candidate runs that clients could be sent to. */
export function refuseCanaryOfRolling(site: Pick<SiteConfig, 'services'>, name: string): void {
  if (rollingService(site, name))
    throw new Refusal(
      `${name} has strategy: rolling: one version runs on each node, so there is no candidate beside the live one to give a share ` +
        `to. To take the nodes to it, one after the other: evenkeel switch ${name}.`,
    );
}

/** Why a config must not be taken that lets nodes of a service stay where they are, half of them with another slot. */
export function halfRolled(site: Pick<SiteConfig, 'services'>, label: Pointer | undefined): string[] {
  return Object.entries(label?.services ?? {}).flatMap(([name, { rolling }]) =>
    !rolling || rollingService(site, name)
      ? []
      : [
          `The nodes of ${name} were just changing their slot, one after the other, when it was broken off, and this config has no ` +
            `strategy: rolling for ${name} any more. Put it back, run pulumi up, which finishes it, and then change the strategy.`,
        ],
  );
}

import type { ServiceConfig, SiteConfig } from '../config/site-config';
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

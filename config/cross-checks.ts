import { backupElsewhere, oneKindOfBackup } from './backup-checks';
import { cloudflareTokenForNobodyElse, cloudflareTokenKnown, httpsForCloudflare } from './cloudflare-checks';
import { oneKindOfHook } from './hook-checks';
import { hostnamesOfTheirOwn, redirectsEnd, separatePaths, separateSessionCookies } from './hostname-checks';
import { memoryFits } from './memory-checks';
import { meshAddresses, meshOfAllNodes, meshPeersMeet, meshPorts } from './mesh-checks';
import { mailLogin, messagesSecretsKnown } from './messages-checks';
import type { Mistake } from './mistake';
import { atLeastOneEdge, managersInQuorum, uniqueNodes } from './node-checks';
import type { Parts } from './parts';
import { checksOfThePool, poolOfItsOwn, watchdogHasPool, watchdogHasZone } from './pool-checks';
import { clientKeyKnown, edgesCanBeAsked } from './pool-tls-checks';
import { portsWithoutClash } from './port-checks';
import { releaseForEachService, slotsFilled } from './release-checks';
import type { StackConfig } from './schema';
import { rollingHasNoCandidate, rollingHasOtherNodes } from './rolling-checks';
import {
  healthTimeoutBelowInterval,
  secretsKnown,
  uniqueServices,
  workersForServices,
} from './service-checks';
import { sharedAddressesOfTheirOwn, sharedByEdges } from './shared-address-checks';
import { oneWayToLogIn } from './ssh-checks';
import { drainOutlastsHardStop } from './timeout-checks';
import { httpsWhole, oneCertificateSource, renewedInItsTime } from './tls-checks';

const CHECKS: readonly ((stack: Parts<StackConfig>) => Mistake[])[] = [
  oneWayToLogIn,
  uniqueNodes,
  meshOfAllNodes,
  meshAddresses,
  meshPeersMeet,
  meshPorts,
  managersInQuorum,
  atLeastOneEdge,
  memoryFits,
  uniqueServices,
  separatePaths,
  separateSessionCookies,
  hostnamesOfTheirOwn,
  redirectsEnd,
  healthTimeoutBelowInterval,
  workersForServices,
  secretsKnown,
  rollingHasNoCandidate,
  rollingHasOtherNodes,
  oneKindOfHook,
  oneKindOfBackup,
  backupElsewhere,
  portsWithoutClash,
  sharedByEdges,
  sharedAddressesOfTheirOwn,
  drainOutlastsHardStop,
  oneCertificateSource,
  renewedInItsTime,
  httpsWhole,
  poolOfItsOwn,
  checksOfThePool,
  edgesCanBeAsked,
  clientKeyKnown,
  watchdogHasPool,
  watchdogHasZone,
  messagesSecretsKnown,
  mailLogin,
  releaseForEachService,
  slotsFilled,
  cloudflareTokenKnown,
  cloudflareTokenForNobodyElse,
  httpsForCloudflare,
];

/**
 * The mistakes that no key shows by itself: what must be unique, fit or agree over several keys. Each check
 * says nothing where what it needs could not be read.
 */
export function crossChecks(stack: Parts<StackConfig>): Mistake[] {
  return CHECKS.flatMap((check) => check(stack));
}

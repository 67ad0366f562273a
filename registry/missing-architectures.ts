import type { NodeArch } from '../config/site-config';
import type { Platform } from './platform';

/**
 * The architectures among the nodes' that an image has nothing for: only its Linux platforms count, and for `arm` any
 * variant will do.
 * @returns each architecture once, in the order of `nodeArchs`; none when the image runs on all nodes
 */
export function missingArchitectures(
  platforms: readonly Platform[],
  nodeArchs: readonly NodeArch[],
): NodeArch[] {
  const has = (arch: NodeArch) =>
    platforms.some(({ os, architecture }) => os === 'linux' && architecture === arch);
  return [...new Set(nodeArchs)].filter((arch) => !has(arch));
}

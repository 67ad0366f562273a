import { PolicyPack } from '@pulumi/policy';
import { digestPinnedImages } from './digest-pinned-images';
import { liveSlotFrozen } from './live-slot-frozen';
import { noPlainSecrets } from './no-plain-secrets';
import { oddManagersTwoEdges } from './odd-managers-two-edges';

/**
 * What must hold for every site. A violation ends `pulumi preview`, and so `pulumi up`, before anything is touched.
 * (`pulumi up --skip-preview` finds the violations of stack policies only after the update: tried with 3.259.0.)
 */
new PolicyPack('evenkeel', {
  enforcementLevel: 'mandatory',
  policies: [digestPinnedImages, liveSlotFrozen, oddManagersTwoEdges, noPlainSecrets],
});

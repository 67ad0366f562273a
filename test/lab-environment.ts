import type { Circus } from '@jest/types';
import NodeEnvironment from 'jest-environment-node';
import { describeLab } from './describe-lab';

/**
 * Jest's environment for the tests that need the lab: when one fails, what runs on the machines at that moment is printed,
 * before a later test puts it right. Most of these failures are seen once in many runs, and in CI only.
 */
export default class LabEnvironment extends NodeEnvironment {
  handleTestEvent = async (event: Circus.AsyncEvent | Circus.SyncEvent): Promise<void> => {
    if (event.name === 'test_fn_failure') await this.describe(event.test.name);
    if (event.name === 'hook_failure') await this.describe(event.hook.type);
  };

  private async describe(failed: string): Promise<void> {
    const text = await describeLab().catch((error: unknown) => `nothing could be read: ${String(error)}`);
    process.stderr.write(`--- the lab when "${failed}" failed\n${text}---\n`);
  }
}

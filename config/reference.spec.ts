import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { configReference } from './reference';

describe('configReference', () => {
  it('is what docs/config.md says', () => {
    const written = readFileSync(join(__dirname, '..', 'docs', 'config.md'), 'utf8');
    // A diff of two long texts says what differs; the name of what rewrites it is what one needs first.
    const verdict = written === configReference() ? 'up to date' : 'out of date: run `npm run docs`';
    expect(`docs/config.md is ${verdict}`).toBe('docs/config.md is up to date');
  });

  it.each([
    "| `ssh.hostKey` | the host's whole public key,",
    '| `roles` | a list of at least one of manager, worker and edge | required |',
    '| `memory` | a whole number with its unit (B, KiB, MiB, GiB or TiB), from 128MiB to 64TiB | optional |',
    '| `timeouts.hardStop` | a whole number with its unit (ms, s, m or h), from 1s to 10m | `30s` |',
    '| `services.<name>.canary` | a whole number from 0 to 100 | `0` |',
    '## evenkeel:secrets',
  ])('has %s', (text) => {
    expect(configReference()).toContain(text);
  });
});

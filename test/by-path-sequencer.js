const { basename } = require('node:path');
const { default: Sequencer } = require('@jest/test-sequencer');

/** How long the longer files take, in s (2-core machine): so that two labs end at about the same time. Others: 40. */
const seconds = {
  'canary.spec.ts': 180,
  'candidates.spec.ts': 130,
  'cloudflare.spec.ts': 45,
  'databases.spec.ts': 150,
  'dying-servers.spec.ts': 125,
  'edge-rollout.spec.ts': 100,
  'edges.spec.ts': 250,
  'drill.spec.ts': 330,
  'engine-killed.spec.ts': 270,
  'fence.spec.ts': 185,
  'five-machines.spec.ts': 155,
  'help-examples.spec.ts': 130,
  'hooks.spec.ts': 260,
  'members.spec.ts': 75,
  'mesh.spec.ts': 140,
  'node-maintenance.spec.ts': 225,
  'node-replacement.spec.ts': 120,
  'recover.spec.ts': 365,
  'refusals.spec.ts': 150,
  'releases.spec.ts': 450,
  'road.spec.ts': 60,
  'rollback.spec.ts': 250,
  'rolling.spec.ts': 330,
  'secrets.spec.ts': 95,
  'services.spec.ts': 100,
  'sessions.spec.ts': 180,
  'shared-address.spec.ts': 210,
  'tls.spec.ts': 215,
  'waves.spec.ts': 195,
  'watchdog.spec.ts': 80,
};

const byPath = (tests) => [...tests].sort((a, b) => (a.path < b.path ? -1 : 1));

/** Runs the test files in the order of their paths: the same each time, and the one that destroys the site last. */
module.exports = class ByPath extends Sequencer {
  sort(tests) {
    return byPath(tests);
  }

  /** The longest file first, each to the part that has the least so far. */
  shard(tests, { shardIndex, shardCount }) {
    const parts = Array.from({ length: shardCount }, () => ({ tests: [], seconds: 0 }));
    const lengthOf = (test) => seconds[basename(test.path)] ?? 40;
    for (const test of byPath(tests).sort((a, b) => lengthOf(b) - lengthOf(a))) {
      const part = parts.reduce((least, each) => (each.seconds < least.seconds ? each : least));
      part.tests.push(test);
      part.seconds += lengthOf(test);
    }
    return byPath(parts[shardIndex - 1].tests);
  }
};

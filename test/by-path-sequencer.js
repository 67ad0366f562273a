const { basename } = require('node:path');
const { default: Sequencer } = require('@jest/test-sequencer');

/** How long the longer files take, in s (2-core machine): so that two labs end at about the same time. Others: 40. */
const seconds = {
  'canary.spec.ts': 220,
  'candidates.spec.ts': 130,
  'cloudflare.spec.ts': 45,
  'databases.spec.ts': 230,
  'dying-servers.spec.ts': 125,
  'edge-rollout.spec.ts': 70,
  'edges.spec.ts': 310,
  'drill.spec.ts': 330,
  'engine-killed.spec.ts': 190,
  'fence.spec.ts': 215,
  'five-machines.spec.ts': 175,
  'help-examples.spec.ts': 170,
  'hooks.spec.ts': 260,
  'members.spec.ts': 148,
  'mesh.spec.ts': 140,
  'node-maintenance.spec.ts': 225,
  'node-replacement.spec.ts': 150,
  'recover.spec.ts': 355,
  'refusals.spec.ts': 150,
  'releases.spec.ts': 600,
  'road.spec.ts': 60,
  'rollback.spec.ts': 312,
  'rolling.spec.ts': 330,
  'secrets.spec.ts': 80,
  'services.spec.ts': 90,
  'sessions.spec.ts': 200,
  'shared-address.spec.ts': 200,
  'tls.spec.ts': 172,
  'waves.spec.ts': 180,
  'watchdog.spec.ts': 75,
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

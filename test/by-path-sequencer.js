const { default: Sequencer } = require('@jest/test-sequencer');

/** Runs the test files in the order of their paths: the same each time, and the one that destroys the site last. */
module.exports = class ByPath extends Sequencer {
  sort(tests) {
    return [...tests].sort((a, b) => (a.path < b.path ? -1 : 1));
  }
};

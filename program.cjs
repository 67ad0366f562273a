// What Pulumi.yaml names: index.ts, loaded quickly.
module.exports = require('./cli/load-typescript.cjs')('index.ts');

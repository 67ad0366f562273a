// What Pulumi looks for in this folder: pack.ts, loaded quickly.
require('../cli/load-typescript.cjs')('policies/pack.ts');

// Runs a TypeScript file for Pulumi: esbuild makes one text of it and of our files that it imports, in memory and anew
// each time, so that nothing can be stale. Pulumi's own way, ts-node, takes 2 s of CPU time more for the program at each
// `pulumi up`, and more than that for the policy pack, which it type-checks (measured; for types: npm run typecheck).
const Module = require('node:module');
const { dirname, join } = require('node:path');

const root = join(__dirname, '..');

/**
 * @param {string} file path of the TypeScript file in the checkout, as in `policies/pack.ts`
 * @returns {unknown} what it exports
 * @throws Error naming the place where a file is no TypeScript, or imports what there is not
 */
module.exports = (file) => {
  // Of what Pulumi's SDK loads after this, compiling takes longer than the rest. The CLI's cache, with the same packages.
  Module.enableCompileCache(join(root, 'node_modules', '.evenkeel', 'compiled'));
  // Pulumi has stack traces told by source-map-support, which costs 0.15 s, since its SDK takes one for each promise, and
  // names the SDK's files so (node_modules/@pulumi/resource.ts) that Node's util.inspect of an error never ends (22.23.3:
  // 30 s of CPU time, until its string is too long). Node tells our files' lines itself.
  Error.prepareStackTrace = undefined;
  Module.setSourceMapsSupport(true);
  // After that, so that it is in the cache as well.
  const { buildSync } = require('esbuild');
  const { outputFiles } = buildSync({
    absWorkingDir: root,
    entryPoints: [file],
    outdir: dirname(file),
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'cjs',
    target: 'node22',
    sourcemap: 'inline',
    sourcesContent: false,
    write: false,
    logLevel: 'silent',
  });
  const { path, text } = outputFiles[0];
  const loaded = new Module(path, module);
  loaded.filename = path;
  loaded.paths = module.paths;
  loaded._compile(text, path);
  return loaded.exports;
};

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { configReference } from './reference';

/** Rewrites docs/config.md from the schema: `npm run docs`. */
const docs = join(__dirname, '..', 'docs');
mkdirSync(docs, { recursive: true });
writeFileSync(join(docs, 'config.md'), configReference());

import { z } from 'zod';
import { ruleOf, unwrap } from './rule';
import { stackSchema } from './schema';

const INTRODUCTION = `# The stack file

<!-- Written by \`npm run docs\` from the schema in config/: change it there. -->

A site is one file, \`stacks/Pulumi.<site>.yaml\`. The site's name is the stack's: lower-case letters, digits and
inner hyphens. [stacks/Pulumi.example.yaml](../stacks/Pulumi.example.yaml) is one to copy. Keys that are not
listed here are refused, and every mistake is shown at once, before anything is touched.
`;

const RULES = `## Rules over several keys

- 1, 3, 5 or 7 managers, more than half of them without \`maintenance: true\`; at least one edge without it.
- Each service has a worker with its labels and without \`maintenance: true\`.
- Names and addresses of nodes and names of services are unique. Services may share a hostname when their paths differ;
  the hostnames of previews and of redirects (\`from\`) are used nowhere else, and no redirect leads to another one. Services with \`sessions\` that share a hostname have
  different cookies.
- Each node has one of \`privateKeyPath\` and \`agentSocketPath\`: its own, or the one in \`evenkeel:ssh\`.
- All nodes have \`mesh\` where there is \`evenkeel:mesh\`, and none has it without. Their addresses there are of its network and
  unique; no other address is. Of two nodes in different places, one has an endpoint; no two have the same one.
- Slot ports, the edges' ports, sshd's and Swarm's (2377, 4789, 7946) are all different.
- A shared address is shared by at least two edges, whose addresses are of its kind (IPv4 or IPv6); nothing else has it,
  and no other one of its place has its \`routerId\`.
- \`health.timeout\` is less than \`health.interval\`; \`timeouts.drain\` is \`timeouts.hardStop\` or more.
- On a node whose \`memory\` is known, twice the \`resources.memory\` of each of its services (once where they roll), the edge's
  \`limits.memory\` and what the system needs (a tenth of the memory, at least 128 MiB) fit.
- Secrets that a service names are in \`evenkeel:secrets\`, and none is in its \`env\` under the same name
  (\`shop-db-password\` and \`SHOP_DB_PASSWORD\` are the same).
- Each hook has one of \`command\` and \`task\`, each \`backup\` one of \`server\` and \`page\`; a backup server's address is none of a node's.
- \`tls.certificate\` has one of \`files\`, \`selfSigned\` and \`cloudflare\`, and \`renewBefore\` is less than its \`validity\`;
  \`ports.https\` needs \`tls\`, and with \`originPulls\` there is no \`redirect: false\`.
- \`evenkeel:watchdog\` needs \`evenkeel:pool\`, whose hostnames, edges and addresses are there once each; a mail server's
  \`user\` and \`password\` go together. Secrets that \`evenkeel:messages\` names are in \`evenkeel:secrets\`.
- Each service has its entry in \`evenkeel:release\`, and each entry its service. The live slot has a release; a
  canary above 0 needs one in the idle slot too.
- \`cloudflare.token\` is in \`evenkeel:secrets\`, and no service has it among its own; \`cloudflare.settings.ssl\` is \`leave\` while there is no
  \`edge.tls\`.
- A service with \`strategy: rolling\` has two nodes or more, and neither \`preview\`, \`canary\` nor sessions that \`finish\`.
`;

interface Row {
  key: string;
  type: string;
  fallback: string;
  meaning: string;
}

/** The text of docs/config.md: each key with its type, default and meaning, all from the schema. */
export function configReference(): string {
  const sections = Object.entries(stackSchema.shape).map(([key, schema]) => {
    const { type, fallback, meaning } = rowOf(key, schema);
    const rows = rowsBelow(schema, '');
    const table = rows.length === 0 ? [] : ['', ...tableOf(rows)];
    return [
      `## evenkeel:${key}`,
      '',
      `${meaning} ${sentenceOf(type)} ${fallback === 'required' ? 'Required.' : 'May be left out.'}`,
      ...table,
      '',
    ].join('\n');
  });
  return [INTRODUCTION, ...sections, RULES].join('\n');
}

/** The rows of what lies below a key: `[]` stands for an item of a list, `<name>` for a name of the user's own. */
function rowsBelow(wrapped: z.core.$ZodType, path: string): Row[] {
  const schema = unwrap(wrapped);
  if (schema instanceof z.ZodArray) return rowsBelow(schema.element, path);
  if (schema instanceof z.ZodRecord) return rowsBelow(schema.valueType, `${path}<name>.`);
  if (!(schema instanceof z.ZodObject)) return [];
  return Object.entries(schema.shape as Record<string, z.core.$ZodType>).flatMap(([key, inner]) => [
    rowOf(`${path}${key}`, inner),
    ...rowsBelow(inner, `${path}${key}.`),
  ]);
}

function rowOf(key: string, schema: z.core.$ZodType): Row {
  const meaning = z.globalRegistry.get(schema)?.description;
  if (meaning === undefined) throw new Error(`The key ${key} has no description in the schema`);
  return { key, type: typeOf(schema), fallback: fallbackOf(schema), meaning };
}

/** The rule of a key, and of what a list or an object of texts holds. */
function typeOf(wrapped: z.core.$ZodType): string {
  const { allowed } = ruleOf(wrapped);
  const schema = unwrap(wrapped);
  if (schema instanceof z.ZodArray && schema.element instanceof z.ZodString) {
    return `${allowed}, each: ${ruleOf(schema.element).allowed}`;
  }
  if (schema instanceof z.ZodRecord && !(schema.valueType instanceof z.ZodObject)) {
    const value =
      schema.valueType instanceof z.ZodString ? `; text: ${ruleOf(schema.valueType).allowed}` : '';
    return `${allowed}; name: ${ruleOf(schema.keyType).allowed}${value}`;
  }
  return allowed;
}

function fallbackOf(schema: z.core.$ZodType): string {
  if (schema instanceof z.ZodOptional) return 'optional';
  if (!(schema instanceof z.ZodPrefault)) return 'required';
  if (schema.def.innerType instanceof z.ZodObject) return 'optional';
  const value: unknown = schema.def.defaultValue;
  if (Array.isArray(value) && value.length > 0) return `\`[${value.join(', ')}]\``;
  // The other defaults are an empty list and an empty object.
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') return 'none';
  return `\`${value}\``;
}

function sentenceOf(phrase: string): string {
  return `${phrase.charAt(0).toUpperCase()}${phrase.slice(1)}.`;
}

function tableOf(rows: readonly Row[]): string[] {
  const cell = (text: string) => text.replaceAll('|', '\\|').replaceAll('<', '&lt;');
  return [
    '| key | type | default | meaning |',
    '| --- | --- | --- | --- |',
    ...rows.map(
      ({ key, type, fallback, meaning }) => `| \`${key}\` | ${cell(type)} | ${fallback} | ${cell(meaning)} |`,
    ),
  ];
}

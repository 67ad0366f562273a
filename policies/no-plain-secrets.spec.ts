import { noPlainSecrets } from './no-plain-secrets';
import type { DeclaredResource } from './testing/declared-resource';
import { unknown } from './testing/unknown';
import { violationsOf } from './testing/violations-of';

const allowed =
  '(value not shown). Allowed: no secret here; under such a name, nothing or a path under /run/secrets.';
const serviceRemedy =
  'Put it under evenkeel:secrets (pulumi config set --secret --path evenkeel:secrets.NAME), ' +
  "write NAME into the service's secrets, and let the program read /run/secrets/NAME.";
const commandRemedy =
  'Keep it under evenkeel:secrets (pulumi config set --secret --path evenkeel:secrets.NAME), ' +
  'and give it to the command through stdin.';

describe('noPlainSecrets', () => {
  it.each([
    ['plain settings', { LOG_LEVEL: 'info', BASE_URL: 'https://shop.example.com' }],
    ['a secret by its path', { DB_PASSWORD: '/run/secrets/shop-db-password' }],
    ['a secret left empty', { DB_PASSWORD: '' }],
    ["the edge's one variable", { EVENKEEL: '{{index .Service.Labels "evenkeel.pointer"}}' }],
  ])('accepts %s', async (_, env) => {
    expect(await violationsOf(noPlainSecrets, [service({ env })])).toEqual([]);
  });

  it('refuses a secret in the environment of a service, by its name', async () => {
    expect(await violationsOf(noPlainSecrets, [service({ env: { DB_PASSWORD: 'hunter2' } })])).toEqual([
      {
        resource: 'shop-blue',
        message: `shop-blue: environment variable "DB_PASSWORD" seems to hold a secret: its name says "password" ${allowed} ${serviceRemedy}`,
      },
    ]);
  });

  it('refuses a secret in the environment of a service, by its form', async () => {
    expect(
      await violationsOf(noPlainSecrets, [service({ env: { DB: 'postgres://shop:hunter2@db/shop' } })]),
    ).toEqual([
      {
        resource: 'shop-blue',
        message: `shop-blue: environment variable "DB" seems to hold a secret: it has the form of a URL with a password in it ${allowed} ${serviceRemedy}`,
      },
    ]);
  });

  it("refuses a secret in a service's label", async () => {
    const labels = [{ label: 'com.example.api-key', value: 'hunter2' }];
    expect(await violationsOf(noPlainSecrets, [service({ labels })])).toEqual([
      {
        resource: 'shop-blue',
        message: `shop-blue: service label "com.example.api-key" seems to hold a secret: its name says "api key" ${allowed} ${serviceRemedy}`,
      },
    ]);
  });

  it("refuses a secret in a container's label", async () => {
    const containerLabels = [{ label: 'com.example.token', value: 'hunter2' }];
    expect(await violationsOf(noPlainSecrets, [service({ containerLabels })])).toEqual([
      {
        resource: 'shop-blue',
        message: `shop-blue: container label "com.example.token" seems to hold a secret: its name says "token" ${allowed} ${serviceRemedy}`,
      },
    ]);
  });

  it.each(['command:local:Command', 'command:remote:Command'])(
    'refuses a secret in the environment of a %s',
    async (type) => {
      const gate = {
        type,
        name: 'gate',
        inputs: { environment: { EVENKEEL_JOIN_TOKEN: 'hunter2', EVENKEEL_GENERATION: '7' } },
      };
      expect(await violationsOf(noPlainSecrets, [gate])).toEqual([
        {
          resource: 'gate',
          message: `gate: environment variable "EVENKEEL_JOIN_TOKEN" seems to hold a secret: its name says "token" ${allowed} ${commandRemedy}`,
        },
      ]);
    },
  );

  it('says the way out for a frozen slot, which keeps what it was deployed with', async () => {
    const frozen = { ...service({ env: { DB_PASSWORD: 'hunter2' } }), ignoreChanges: ['*'] };
    expect(await violationsOf(noPlainSecrets, [frozen])).toEqual([
      {
        resource: 'shop-blue',
        message:
          `shop-blue: environment variable "DB_PASSWORD" seems to hold a secret: its name says "password" ${allowed} ${serviceRemedy} ` +
          'This slot is frozen, so it keeps what it was deployed with: where that is the fault, put a clean release into the idle ' +
          'slot and switch, for that time with {"no-plain-secrets": "advisory"} in the file of --policy-pack-config.',
      },
    ]);
  });

  it('reports every secret, in the order of the resource, and shows no value', async () => {
    const env = { A_SECRET: 'hunter2', PLAIN: 'yes', B_TOKEN: 'hunter2' };
    const labels = [{ label: 'c.credential', value: 'hunter2' }];
    const messages = (await violationsOf(noPlainSecrets, [service({ env, labels })])).map(
      ({ message }) => message,
    );
    expect(messages.map((message) => /"(.*?)"/.exec(message)?.[1])).toEqual([
      'A_SECRET',
      'B_TOKEN',
      'c.credential',
    ]);
    expect(messages.join()).not.toContain('hunter2');
  });

  it('judges in a preview what is known, beside what is not', async () => {
    const env = { LATE_PASSWORD: unknown, EARLY_PASSWORD: 'hunter2' };
    const labels = [
      { label: 'late.secret', value: unknown },
      { label: 'early.secret', value: 'hunter2' },
    ];
    const messages = (await violationsOf(noPlainSecrets, [service({ env, labels })])).map(
      ({ message }) => message,
    );
    expect(messages.map((message) => /"(.*?)"/.exec(message)?.[1])).toEqual([
      'EARLY_PASSWORD',
      'early.secret',
    ]);
  });

  it('leaves a service without environment and labels, and one of which nothing is known yet, to the update', async () => {
    const bare = { ...service({}), inputs: {} };
    const late = { ...service({}), inputs: { labels: unknown, taskSpec: unknown } };
    expect(await violationsOf(noPlainSecrets, [bare, late])).toEqual([]);
  });

  it('judges no resource whose environment is not shown to others', async () => {
    const secret = {
      type: 'docker:index/secret:Secret',
      name: 'db',
      inputs: { environment: { PASSWORD: 'hunter2' } },
    };
    expect(await violationsOf(noPlainSecrets, [secret])).toEqual([]);
  });
});

interface Held {
  env?: Record<string, string>;
  labels?: { label: string; value: string }[];
  containerLabels?: { label: string; value: string }[];
}

function service({ env, labels, containerLabels }: Held): DeclaredResource {
  return {
    type: 'docker:index/service:Service',
    name: 'shop-blue',
    inputs: { labels, taskSpec: { containerSpec: { env, labels: containerLabels } } },
  };
}

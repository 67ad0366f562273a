import type { CallContext, CreateCall, DiffCall, Plugin, ReadCall, UpdateCall } from './provider/calls';
import type { Bag, Json } from './provider/json';
import { dockerPlugin } from './docker/docker-plugin';
import { serviceSpec } from './docker/service-spec';
import { FakeDocker } from './fake-docker';
import { readRecording, recordedDiff, type Recorded } from './recording';

const SERVICE = 'docker:index/service:Service';
const SECRET = 'docker:index/secret:Secret';
const CONFIG = 'docker:index/serviceConfig:ServiceConfig';
/** Resources of the official plugin that Evenkeel does not use: the stand-in refuses them. */
const LEFT_OUT = [
  'docker:index/container:Container',
  'docker:index/network:Network',
  'docker:index/remoteImage:RemoteImage',
  'docker:index/volume:Volume',
];

const { calls, starts } = readRecording('docker');
const ours = calls.filter(({ type }) => type === SERVICE || type === SECRET || type === CONFIG);
const context: CallContext = { signal: new AbortController().signal, log: () => undefined };
const rows = (method: Recorded['method'], filter: (call: Recorded) => boolean = () => true) =>
  ours
    .filter((call) => call.method === method && filter(call))
    .map((call) => [`line ${call.line}, ${call.request.name}: ${call.scene}`, call] as const);
const isPreview = ({ request }: Recorded) => request['preview'] === true;

let docker: FakeDocker;
let plugin: Plugin;

beforeEach(async () => {
  docker = new FakeDocker();
  // Nothing happens on its own in the fake daemon, so there is nothing to wait for.
  plugin = dockerPlugin(() => Promise.resolve());
  plugin.configure({ host: await docker.start() });
});

afterEach(async () => {
  plugin.close();
  await docker.stop();
});

/** The call of a recorded request. The log leaves out what is empty. */
function call<Call>({ request, type }: Recorded): Call {
  return {
    olds: {},
    news: {},
    inputs: {},
    properties: {},
    preview: false,
    ignoreChanges: [],
    type,
    ...request,
  } as Call;
}

describe('the recording of the docker plugin', () => {
  it('has as many calls as this test replays or names', () => {
    const count = (list: Recorded[], type: string) => list.filter((each) => each.type === type).length;
    expect({
      service: count(ours, SERVICE),
      secret: count(ours, SECRET),
      config: count(ours, CONFIG),
      startsOfDeletions: starts.filter(({ type }) => !LEFT_OUT.includes(type)).length,
      leftOut: [...calls, ...starts].filter(({ type }) => LEFT_OUT.includes(type)).length,
      all: calls.length + starts.length,
    }).toEqual({ service: 62, secret: 23, config: 6, startsOfDeletions: 8, leftOut: 51, all: 150 });
  });

  it.each(LEFT_OUT)('has calls for %s, which the stand-in refuses by name', (type) => {
    const recorded = [...calls, ...starts].find((each) => each.type === type) as Recorded;
    expect(() => plugin.check(call(recorded))).toThrow(`resource type "${type}" is not among those`);
  });
});

describe('Check', () => {
  it.each(rows('Check'))('answers as recorded: %s', (_, recorded) => {
    const { inputs, failures } = plugin.check(call(recorded));
    expect(inputs).toEqual(recorded.response?.['inputs']);
    const reasons = (recorded.response?.['failures'] ?? []) as Json[];
    expect(failures).toEqual(expect.arrayContaining(reasons));
    expect(failures).toHaveLength(reasons.length);
  });
});

describe('Diff', () => {
  it.each(rows('Diff'))('answers as recorded: %s', (_, recorded) => {
    expect(plugin.diff(call<DiffCall>(recorded))).toEqual(recordedDiff(recorded.response as Bag));
  });
});

describe('Create', () => {
  it.each(rows('Create', isPreview))('shows beforehand what was recorded: %s', async (_, recorded) => {
    const answer = await plugin.create(call<CreateCall>(recorded), context);
    expect(answer).toEqual({ id: '', ...recorded.response });
    expect(docker.services.size + docker.secrets.size).toBe(0);
  });

  it.each(rows('Create', (each) => !isPreview(each)))('makes what was recorded: %s', async (_, recorded) => {
    docker.nextId = recorded.response?.['id'] as string;
    const answer = await plugin.create(call<CreateCall>(recorded), context);
    expect(answer).toEqual(recorded.response);
    expect([...docker.services.keys(), ...docker.secrets.keys()]).toEqual([docker.nextId]);
  });
});

describe('Read', () => {
  it.each(rows('Read'))('answers as recorded: %s', async (_, recorded) => {
    const { id, properties } = call<ReadCall>(recorded);
    const labels = (recorded.response?.['properties'] as Bag)['labels'] as Json;
    if (recorded.type === SECRET)
      docker.secrets.set(id, { ID: id, Spec: { Name: properties['name'] ?? null } });
    else if (recorded.type === CONFIG)
      docker.configs.set(id, {
        ID: id,
        Spec: { Name: properties['name'] ?? null, Data: properties['data'] ?? null },
      });
    // The scene: somebody has added a label by hand.
    else docker.seed(id, serviceSpec({ ...properties, labels }));
    await expect(plugin.read(call<ReadCall>(recorded), context)).resolves.toEqual(recorded.response);
  });
});

describe('Update', () => {
  it.each(rows('Update', isPreview))('shows beforehand what was recorded: %s', async (_, recorded) => {
    await expect(plugin.update(call<UpdateCall>(recorded), context)).resolves.toEqual(recorded.response);
  });

  const done = (each: Recorded) => !isPreview(each) && each.errors === undefined;
  it.each(rows('Update', done))('leads to the state recorded: %s', async (_, recorded) => {
    const { id, olds } = call<UpdateCall>(recorded);
    docker.seed(id, serviceSpec(olds));
    await expect(plugin.update(call<UpdateCall>(recorded), context)).resolves.toEqual(recorded.response);
  });

  it.each(rows('Update', ({ errors }) => errors !== undefined))(
    'fails in the words recorded: %s',
    async (_, recorded) => {
      const { id, olds } = call<UpdateCall>(recorded);
      const [error = ''] = recorded.errors ?? [];
      docker.seed(id, serviceSpec(olds));
      docker.updateStatus = {
        State: 'rollback_completed',
        Message: /rollback completed: (.*)/.exec(error)?.[1] ?? '',
      };
      const answer = plugin.update(call<UpdateCall>(recorded), context);
      await expect(answer).rejects.toMatchObject({ id, message: bareError(error) });
    },
  );
});

describe('Delete', () => {
  it.each(rows('Delete', ({ errors }) => errors === undefined))(
    'ends what was recorded: %s',
    async (_, recorded) => {
      const { id, properties } = call<ReadCall>(recorded);
      if (recorded.type === SECRET) docker.secrets.set(id, {});
      else docker.seed(id, serviceSpec(properties));
      await plugin.delete(call<ReadCall>(recorded), context);
      expect(docker.services.size + docker.secrets.size).toBe(0);
    },
  );

  it.each(rows('Delete', ({ errors }) => errors !== undefined))(
    'fails in the words recorded: %s',
    async (_, recorded) => {
      const { id, properties } = call<ReadCall>(recorded);
      const [error = ''] = recorded.errors ?? [];
      docker.seed(id, serviceSpec(properties));
      docker.containers = [/container with ID '(\w+)'/.exec(error)?.[1] ?? ''];
      await expect(plugin.delete(call<ReadCall>(recorded), context)).rejects.toThrow(bareError(error));
      expect(docker.services.size).toBe(0);
    },
  );
});

/** The plugin's own words, without what gRPC puts before them. */
function bareError(error: string): string {
  return error.replace('rpc error: code = Unknown desc = ', '');
}

import type { CallContext, CreateCall, DeleteCall, DiffCall, ReadCall, UpdateCall } from './provider/calls';
import type { Bag, Json } from './provider/json';
import { commandPlugin } from './command/command-plugin';
import { FakeSshd } from './fake-sshd';
import { readRecording, recordedDiff, type Recorded } from './recording';

const LOCAL = 'command:local:Command';
const REMOTE = 'command:remote:Command';
/** A resource of the official plugin that Evenkeel does not use: the stand-in refuses it. */
const LEFT_OUT = 'command:remote:CopyToRemote';

const { calls, starts } = readRecording('command');
const ours = calls.filter(({ type }) => type === LOCAL || type === REMOTE);
const plugin = commandPlugin();
const context: CallContext = { signal: new AbortController().signal, log: () => undefined };
const rows = (method: Recorded['method'], filter: (call: Recorded) => boolean = () => true) =>
  ours
    .filter((call) => call.method === method && filter(call))
    .map((call) => [`line ${call.line}, ${call.request.name}: ${call.scene}`, call] as const);
const isPreview = ({ request }: Recorded) => request['preview'] === true;

let sshd: FakeSshd;
let port: number;

beforeAll(async () => {
  sshd = new FakeSshd();
  port = await sshd.start();
});
afterAll(() => sshd.stop());

/** The call of a recorded request. The log leaves out what is empty. */
function call<Call>({ request, type }: Recorded): Call {
  return {
    olds: {},
    oldInputs: {},
    news: {},
    properties: {},
    preview: false,
    ignoreChanges: [],
    type,
    ...request,
  } as Call;
}

/** A recorded value with the sshd of this test in the place of the recorded one, whose key is not in the recording. */
function here<Value>(value: Value): Value {
  const text = JSON.stringify(value)
    .replaceAll('"port":2222', `"port":${port}`)
    .replaceAll('"<private key>"', JSON.stringify(sshd.privateKey));
  return JSON.parse(text) as Value;
}

describe('the recording of the command plugin', () => {
  it('has as many calls as this test replays or names', () => {
    const count = (list: Recorded[], type: string) => list.filter((each) => each.type === type).length;
    expect({
      local: count(ours, LOCAL),
      remote: count(ours, REMOTE),
      startsOfDeletions: starts.filter(({ type }) => type !== LEFT_OUT).length,
      leftOut: count([...calls, ...starts], LEFT_OUT),
      all: calls.length + starts.length,
    }).toEqual({ local: 25, remote: 14, startsOfDeletions: 3, leftOut: 32, all: 74 });
  });

  it(`has calls for ${LEFT_OUT}, which the stand-in refuses by name`, () => {
    const recorded = calls.find((each) => each.type === LEFT_OUT) as Recorded;
    expect(() => plugin.check(call(recorded))).toThrow(`resource type "${LEFT_OUT}" is not among those`);
  });
});

describe('Check', () => {
  it.each(rows('Check'))('answers as recorded: %s', (_, recorded) => {
    expect(plugin.check(call(recorded))).toEqual({ failures: [], ...recorded.response });
  });
});

describe('Diff', () => {
  it.each(rows('Diff'))('answers as recorded: %s', (_, recorded) => {
    expect(plugin.diff(call<DiffCall>(recorded))).toEqual(recordedDiff(recorded.response as Bag));
  });
});

describe('Create', () => {
  it.each(rows('Create'))('answers as recorded: %s', async (_, recorded) => {
    const { id, properties } = await plugin.create(call<CreateCall>(recorded), context);
    expect(properties).toEqual(recorded.response?.['properties'] as Json);
    // The rest of an ID is random.
    expect([id, recorded.response?.['id']]).toEqual([expect.stringMatching(ID), expect.stringMatching(ID)]);
  });
});

/** The resource's name, and eight random digits. */
const ID = /^l[0-9a-f]{8}$/;

describe('Read', () => {
  it.each(rows('Read'))('answers as recorded: %s', async (_, recorded) => {
    await expect(plugin.read(call<ReadCall>(recorded), context)).resolves.toEqual(recorded.response);
  });
});

describe('Update', () => {
  it.each(rows('Update', isPreview))('shows beforehand what was recorded: %s', async (_, recorded) => {
    await expect(plugin.update(call<UpdateCall>(recorded), context)).resolves.toEqual(recorded.response);
  });

  it.each(rows('Update', (each) => !isPreview(each)))(
    'runs, and answers as recorded: %s',
    async (_, recorded) => {
      const before = sshd.connections;
      const answer = plugin.update(here(call<UpdateCall>(recorded)), context);
      await expect(answer).resolves.toEqual(here(recorded.response));
      expect(sshd.connections - before).toBe(recorded.type === REMOTE ? 1 : 0);
    },
  );
});

describe('Delete', () => {
  it.each(rows('Delete'))('runs, and answers as recorded: %s', async (_, recorded) => {
    const lines: string[] = [];
    await plugin.delete(call<DeleteCall>(recorded), {
      ...context,
      log: (_severity, line) => lines.push(line),
    });
    expect({ response: recorded.response, lines }).toEqual({ response: {}, lines: ['delete'] });
  });
});

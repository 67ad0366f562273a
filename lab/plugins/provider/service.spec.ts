import { credentials, Server, ServerCredentials, type ServiceError } from '@grpc/grpc-js';
import { Empty } from 'google-protobuf/google/protobuf/empty_pb';
import { ResourceProviderClient, ResourceProviderService } from '@pulumi/pulumi/proto/provider_grpc_pb';
import * as pb from '@pulumi/pulumi/proto/provider_pb';
import { Status } from '@pulumi/pulumi/proto/status_pb';
import type { CallContext, Plugin, UpdateCall } from './calls';
import { EngineLog } from './engine-log';
import { HalfDone } from './half-done';
import { pluginService } from './service';
import { fromStruct, toStruct } from './struct';

const urn = 'urn:pulumi:dev::test::evenkeel:index:Site$command:local:Command::a::b';

let server: Server;
let client: ResourceProviderClient;
let canceled: AbortController;
let update: (call: UpdateCall, context: CallContext) => Promise<{ properties: Record<string, string> }>;
const seen: unknown[] = [];

const plugin: Plugin = {
  version: '1.2.3',
  takesSecrets: true,
  checkConfig: () => [{ property: 'host', reason: 'no host' }],
  configure: (config) => void seen.push(config),
  check: (call) => ({ inputs: call.news, failures: [{ reason: `${call.type} ${call.name}` }] }),
  diff: () => ({
    changes: 'DIFF_SOME',
    detailedDiff: { 'a[0]': 'ADD', b: 'UPDATE_REPLACE' },
    diffs: ['a', 'b'],
    replaces: ['b'],
    stables: ['c'],
    deleteBeforeReplace: true,
  }),
  create: () => Promise.reject(new Error('a reason')),
  read: () => Promise.resolve(null),
  update: (call, context) => update(call, context),
  delete: () => Promise.resolve(),
  close: () => undefined,
};

beforeAll(async () => {
  canceled = new AbortController();
  server = new Server();
  server.addService(ResourceProviderService, pluginService(plugin, new EngineLog(undefined), canceled));
  const port = await new Promise<number>((resolve, reject) =>
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    ),
  );
  client = new ResourceProviderClient(`127.0.0.1:${port}`, credentials.createInsecure());
});
afterAll(() => {
  client.close();
  server.forceShutdown();
});

/** Makes a call, and waits for its answer. */
function ask<Response>(
  call: (done: (error: ServiceError | null, response: Response) => void) => unknown,
): Promise<Response> {
  return new Promise((resolve, reject) =>
    call((error, response) => (error === null ? resolve(response) : reject(error))),
  );
}

function updateRequest(): pb.UpdateRequest {
  const request = new pb.UpdateRequest();
  request.setUrn(urn);
  request.setId('id');
  request.setPreview(true);
  request.setNews(toStruct({ a: [null, true, 1.5, { b: 'c' }] }));
  request.setIgnorechangesList(['x']);
  return request;
}

describe('pluginService', () => {
  it('passes on the configuration, and says that it can preview', async () => {
    const request = new pb.ConfigureRequest();
    request.setArgs(toStruct({ host: 'ssh://pi1' }));
    const response = await ask<pb.ConfigureResponse>((done) => client.configure(request, done));
    expect(seen).toEqual([{ host: 'ssh://pi1' }]);
    expect([response.getSupportspreview(), response.getAcceptsecrets()]).toEqual([true, true]);
  });

  it('refuses configuration with the plugin, and calls a change of it an update', async () => {
    const check = new pb.CheckRequest();
    const refused = await ask<pb.CheckResponse>((done) => client.checkConfig(check, done));
    expect(refused.getFailuresList().map((failure) => failure.toObject())).toEqual([
      { property: 'host', reason: 'no host' },
    ]);
    const request = new pb.DiffRequest();
    request.setOldInputs(toStruct({ host: 'ssh://pi1' }));
    request.setNews(toStruct({ host: 'ssh://pi2' }));
    const changed = await ask<pb.DiffResponse>((done) => client.diffConfig(request, done));
    expect(changed.toObject()).toMatchObject({ changes: 2, diffsList: ['host'], replacesList: [] });
  });

  it('finds the type and the name in the URN', async () => {
    const request = new pb.CheckRequest();
    request.setUrn(urn);
    const response = await ask<pb.CheckResponse>((done) => client.check(request, done));
    expect(response.getFailuresList()[0]?.getReason()).toBe('command:local:Command a::b');
  });

  it('tells a diff with all its kinds', async () => {
    const response = await ask<pb.DiffResponse>((done) => client.diff(new pb.DiffRequest(), done));
    const { ADD, UPDATE_REPLACE } = pb.PropertyDiff.Kind;
    expect(response.getDetaileddiffMap().get('a[0]')?.getKind()).toBe(ADD);
    expect(response.getDetaileddiffMap().get('b')?.getKind()).toBe(UPDATE_REPLACE);
    expect(response.toObject()).toMatchObject({
      hasdetaileddiff: true,
      deletebeforereplace: true,
      stablesList: ['c'],
    });
  });

  it('passes on all of a request, and the answer', async () => {
    update = (call) => {
      seen.push(call);
      return Promise.resolve({ properties: { done: 'yes' } });
    };
    const response = await ask<pb.UpdateResponse>((done) => client.update(updateRequest(), done));
    expect(fromStruct(response.getProperties())).toEqual({ done: 'yes' });
    expect(seen.at(-1)).toMatchObject({
      ...{ type: 'command:local:Command', name: 'a::b', id: 'id', preview: true, ignoreChanges: ['x'] },
      ...{ olds: {}, oldInputs: {}, news: { a: [null, true, 1.5, { b: 'c' }] } },
    });
  });

  it('answers for a resource that is gone with an empty ID', async () => {
    const response = await ask<pb.ReadResponse>((done) => client.read(new pb.ReadRequest(), done));
    expect(response.getId()).toBe('');
  });

  it("gives an error's message, and the state of what is half done", async () => {
    const failed = ask((done) => client.create(new pb.CreateRequest(), done));
    await expect(failed).rejects.toMatchObject({ code: 2, details: 'a reason' });
    update = () => Promise.reject(new HalfDone('id', { a: 'b' }, 'not well'));
    const error = await ask((done) => client.update(updateRequest(), done)).catch(
      (thrown: ServiceError) => thrown,
    );
    const [details] = (error as ServiceError).metadata.get('grpc-status-details-bin');
    const [detail] = Status.deserializeBinary(details as Buffer).getDetailsList();
    const state = detail?.unpack(
      (bytes) => pb.ErrorResourceInitFailed.deserializeBinary(bytes),
      'pulumirpc.ErrorResourceInitFailed',
    );
    expect([state?.getId(), fromStruct(state?.getProperties()), state?.getReasonsList()]).toEqual([
      'id',
      { a: 'b' },
      ['not well'],
    ]);
  });

  it('tells a call under way that the engine is gone', async () => {
    const aborted = new Promise<void>((resolve) => {
      update = (_, { signal }) =>
        new Promise(() => {
          signal.addEventListener('abort', () => resolve());
          call.cancel();
        });
    });
    const call = client.update(updateRequest(), () => undefined);
    await expect(aborted).resolves.toBeUndefined();
    expect(canceled.signal.aborted).toBe(false);
  });

  it('cancels what is under way when the engine says so', async () => {
    await ask((done) => client.cancel(new Empty(), done));
    expect(canceled.signal.aborted).toBe(true);
  });
});

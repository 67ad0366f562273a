import type { handleUnaryCall, ServerUnaryCall, UntypedServiceImplementation } from '@grpc/grpc-js';
import { Empty } from 'google-protobuf/google/protobuf/empty_pb';
import { PluginInfo } from '@pulumi/pulumi/proto/plugin_pb';
import * as pb from '@pulumi/pulumi/proto/provider_pb';
import type { CallContext, ChangeKind, CheckFailure, DiffAnswer, Plugin } from './calls';
import type { EngineLog } from './engine-log';
import { sameJson } from './same-json';
import { rpcError } from './rpc-error';
import { fromStruct, toStruct } from './struct';

const { DIFF_NONE, DIFF_SOME } = pb.DiffResponse.DiffChanges;

/**
 * A plugin behind the engine's protocol.
 *
 * `pulumi.provider.main` can't carry these plugins: it drops the provider's configuration (so the Docker host), does
 * not tell a preview from a change, and leaves out the detailed diff.
 *
 * @param plugin what answers
 * @param log where its lines go
 * @param canceled aborted when the engine cancels
 */
export function pluginService(
  plugin: Plugin,
  log: EngineLog,
  canceled: AbortController,
): UntypedServiceImplementation {
  const context = (call: Cancelable, urn: string): CallContext => {
    // The engine's end closes its connection, and so every call under way: the official plugins end their work then.
    const gone = new AbortController();
    call.on('cancelled', () => gone.abort());
    return { signal: AbortSignal.any([gone.signal, canceled.signal]), log: log.of(urn) };
  };
  return {
    getPluginInfo: unary(() => {
      const info = new PluginInfo();
      info.setVersion(plugin.version);
      return info;
    }),
    cancel: unary(() => {
      canceled.abort();
      return new Empty();
    }),
    checkConfig: unary((request: pb.CheckRequest) => {
      const news = fromStruct(request.getNews());
      return checkResponse(news, plugin.checkConfig(news));
    }),
    diffConfig: unary((request: pb.DiffRequest) => {
      const olds = fromStruct(request.getOldInputs() ?? request.getOlds());
      const news = fromStruct(request.getNews());
      // A provider is an address, nothing that would have to be made anew: each change of it is an update.
      const response = new pb.DiffResponse();
      response.setChanges(sameJson(olds, news) ? DIFF_NONE : DIFF_SOME);
      response.setDiffsList(
        Object.keys({ ...olds, ...news }).filter((key) => !sameJson(olds[key], news[key])),
      );
      return response;
    }),
    configure: unary((request: pb.ConfigureRequest) => {
      plugin.configure(fromStruct(request.getArgs()));
      const response = new pb.ConfigureResponse();
      response.setSupportspreview(true);
      response.setAcceptsecrets(plugin.takesSecrets);
      return response;
    }),
    check: unary((request: pb.CheckRequest) => {
      const answer = plugin.check({
        ...about(request),
        olds: fromStruct(request.getOlds()),
        news: fromStruct(request.getNews()),
      });
      return checkResponse(answer.inputs, answer.failures);
    }),
    diff: unary((request: pb.DiffRequest) => diffResponse(plugin.diff(diffCall(request)))),
    create: unary(async (request: pb.CreateRequest, call) => {
      const { id, properties } = await plugin.create(
        { ...about(request), properties: fromStruct(request.getProperties()), preview: request.getPreview() },
        context(call, request.getUrn()),
      );
      await log.flushed();
      const response = new pb.CreateResponse();
      response.setId(id);
      response.setProperties(toStruct(properties));
      return response;
    }),
    read: unary(async (request: pb.ReadRequest, call) => {
      const answer = await plugin.read(
        {
          ...about(request),
          id: request.getId(),
          inputs: fromStruct(request.getInputs()),
          properties: fromStruct(request.getProperties()),
        },
        context(call, request.getUrn()),
      );
      const response = new pb.ReadResponse();
      if (answer === null) return response;
      response.setId(answer.id);
      response.setInputs(toStruct(answer.inputs));
      response.setProperties(toStruct(answer.properties));
      return response;
    }),
    update: unary(async (request: pb.UpdateRequest, call) => {
      const { properties } = await plugin.update(
        { ...diffCall(request), preview: request.getPreview() },
        context(call, request.getUrn()),
      );
      await log.flushed();
      const response = new pb.UpdateResponse();
      response.setProperties(toStruct(properties));
      return response;
    }),
    delete: unary(async (request: pb.DeleteRequest, call) => {
      await plugin.delete(
        { ...about(request), id: request.getId(), properties: fromStruct(request.getProperties()) },
        context(call, request.getUrn()),
      );
      await log.flushed();
      return new Empty();
    }),
    invoke: unary((request: pb.InvokeRequest) => {
      throw new Error(
        `function "${request.getTok()}" is not among those that the lab's stand-in has: use the official plugin`,
      );
    }),
  };
}

/** The part of a call that tells of its end; each call has its own types else. */
type Cancelable = { on(event: 'cancelled', listener: () => void): unknown };

/** Makes a handler of a function: its result is the answer, what it throws the error. */
function unary<Request, Response>(
  answer: (request: Request, call: ServerUnaryCall<Request, Response>) => Response | Promise<Response>,
): handleUnaryCall<Request, Response> {
  return (call, callback) => {
    Promise.resolve()
      .then(() => answer(call.request, call))
      .then(
        (response) => callback(null, response),
        (thrown: unknown) => callback(rpcError(thrown), null, rpcError(thrown).metadata),
      );
  };
}

/** A request about a resource; the protocol's older fields say the type and the name in the URN only. */
interface AboutRequest {
  getUrn(): string;
}

function about(request: AboutRequest): { urn: string; name: string; type: string } {
  const urn = request.getUrn();
  // urn:pulumi:<stack>::<project>::<parent's type>$<type>::<name>; a name may hold `::` itself.
  const [, , types = '', ...name] = urn.split('::');
  return { urn, name: name.join('::'), type: types.split('$').at(-1) ?? '' };
}

function diffCall(request: pb.DiffRequest | pb.UpdateRequest) {
  return {
    ...about(request),
    id: request.getId(),
    olds: fromStruct(request.getOlds()),
    oldInputs: fromStruct(request.getOldInputs()),
    news: fromStruct(request.getNews()),
    ignoreChanges: request.getIgnorechangesList(),
  };
}

function checkResponse(inputs: Parameters<typeof toStruct>[0], failures: CheckFailure[]): pb.CheckResponse {
  const response = new pb.CheckResponse();
  response.setInputs(toStruct(inputs));
  response.setFailuresList(
    failures.map(({ property, reason }) => {
      const failure = new pb.CheckFailure();
      failure.setProperty(property ?? '');
      failure.setReason(reason);
      return failure;
    }),
  );
  return response;
}

function diffResponse(answer: DiffAnswer): pb.DiffResponse {
  const response = new pb.DiffResponse();
  response.setChanges(answer.changes === 'DIFF_NONE' ? DIFF_NONE : DIFF_SOME);
  response.setHasdetaileddiff(true);
  response.setDiffsList(answer.diffs);
  response.setReplacesList(answer.replaces);
  response.setStablesList(answer.stables);
  response.setDeletebeforereplace(answer.deleteBeforeReplace);
  for (const [path, kind] of Object.entries(answer.detailedDiff)) {
    response.getDetaileddiffMap().set(path, propertyDiff(kind));
  }
  return response;
}

function propertyDiff(kind: ChangeKind): pb.PropertyDiff {
  const diff = new pb.PropertyDiff();
  diff.setKind(pb.PropertyDiff.Kind[kind]);
  return diff;
}

import { Server, ServerCredentials } from '@grpc/grpc-js';
import { ResourceProviderService } from '@pulumi/pulumi/proto/provider_grpc_pb';
import type { Plugin } from './calls';
import { EngineLog } from './engine-log';
import { pluginService } from './service';

/** The largest message, in bytes: what the engine and its SDKs allow (rpcutil.GrpcChannelOptions). */
const LARGEST_MESSAGE = 400 * 1024 * 1024;

/**
 * Runs a plugin as the engine expects it: serves on a free port of the loopback, prints the port, and ends with the
 * engine. The engine's address is the process's last argument.
 *
 * The end comes as SIGINT or SIGTERM. An engine that was killed can send neither, but the pipe that it holds as the
 * plugin's stdin closes with it; whatever the plugin has started ends then too.
 *
 * @param plugin what answers the calls
 */
export async function serve(plugin: Plugin): Promise<void> {
  const canceled = new AbortController();
  const log = new EngineLog(process.argv.slice(2).findLast((argument) => !argument.startsWith('-')));
  const end = () => {
    canceled.abort();
    plugin.close();
    process.exit(0);
  };
  process.once('SIGINT', end).once('SIGTERM', end);
  process.stdin.once('end', end).once('error', end).resume();

  const server = new Server({
    'grpc.max_receive_message_length': LARGEST_MESSAGE,
    'grpc.max_send_message_length': LARGEST_MESSAGE,
  });
  server.addService(ResourceProviderService, pluginService(plugin, log, canceled));
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    );
  });
  process.stdout.write(`${port}\n`);
}

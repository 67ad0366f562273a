import { credentials } from '@grpc/grpc-js';
import { EngineClient } from '@pulumi/pulumi/proto/engine_grpc_pb';
import { LogRequest, LogSeverity } from '@pulumi/pulumi/proto/engine_pb';
import type { CallContext } from './calls';

const SEVERITIES = { info: LogSeverity.INFO, warning: LogSeverity.WARNING, error: LogSeverity.ERROR };

/** The engine's log. Lines arrive in the order in which they were written. */
export class EngineLog {
  private readonly client: EngineClient | undefined;
  private last: Promise<void> = Promise.resolve();

  /** @param address `host:port` of the engine; without one (a plugin started by hand) lines go to stderr */
  constructor(address: string | undefined) {
    this.client = address === undefined ? undefined : new EngineClient(address, credentials.createInsecure());
  }

  /** The log of one resource. */
  of(urn: string): CallContext['log'] {
    return (severity, line, passing) => {
      this.last = this.last.then(() => this.send(urn, severity, line, passing));
    };
  }

  /** Resolves when all lines written so far have arrived, or could not be delivered. */
  flushed(): Promise<void> {
    return this.last;
  }

  private send(
    urn: string,
    severity: keyof typeof SEVERITIES,
    line: string,
    passing: boolean,
  ): Promise<void> {
    if (this.client === undefined) {
      process.stderr.write(`${severity}: ${line}\n`);
      return Promise.resolve();
    }
    const request = new LogRequest();
    request.setSeverity(SEVERITIES[severity]);
    request.setMessage(line);
    request.setUrn(urn);
    request.setEphemeral(passing);
    // A line that can't be delivered must not fail the work that it tells of.
    return new Promise((resolve) => this.client!.log(request, () => resolve()));
  }
}

import type { Duplex } from 'node:stream';
import { SshSession } from '../remote/ssh-session';
import { SshServer } from '../test/ssh-server';
import { masterSocket } from './edge-paths';

/** An answer, several for one after the other (the last one stays), or what to do then. */
export type MasterAnswer = string | string[] | (() => string);

/** For specs: a master CLI that knows some commands, on a node that can be logged in to and whose clock can be read. */
export class MasterCli {
  answers: Record<string, MasterAnswer> = {};
  /** Every command that was asked, in order. */
  asked: string[] = [];
  /** By command: how many of the next times its answer begins and does not end. */
  stuck: Record<string, number> = {};
  /** How many of the next connections find nobody listening: the master executes itself anew. */
  down = 0;
  /** What the node's clock says, in ms since 1970. */
  clock = () => Date.now();

  private server!: SshServer;
  session!: SshSession;

  static async start(): Promise<MasterCli> {
    const cli = new MasterCli();
    cli.server = await SshServer.start({
      exec: (command) =>
        command === 'date +%s%3N' ? { stdout: `${cli.clock()}\n` } : { stderr: `${command}?`, code: 127 },
      unixSocket: (path) => {
        if (path !== masterSocket) return undefined;
        return cli.down-- > 0 ? undefined : (stream) => cli.connect(stream);
      },
    });
    cli.session = await SshSession.open(cli.server.target(), 30_000);
    return cli;
  }

  /** Forgets answers and questions. */
  reset(): void {
    this.answers = {};
    this.asked = [];
    this.stuck = {};
    this.down = 0;
    this.clock = () => Date.now();
  }

  async close(): Promise<void> {
    this.session.close();
    await this.server.close();
  }

  private connect(stream: Duplex): void {
    let command = '';
    stream.on('data', (chunk: Buffer) => (command += chunk.toString('utf8')));
    stream.on('end', () => {
      this.asked.push(command);
      const left = this.stuck[command] ?? 0;
      if (left > 0) {
        this.stuck[command] = left - 1;
        stream.write('the beginn');
      } else stream.end(this.answerTo(command));
    });
  }

  private answerTo(command: string): string {
    const answer = this.answers[command];
    if (Array.isArray(answer)) return (answer.length > 1 ? answer.shift() : answer[0])!;
    if (typeof answer === 'function') return answer();
    return answer ?? `Unknown command: '${command}'\n`; // a test that gets here fails
  }
}

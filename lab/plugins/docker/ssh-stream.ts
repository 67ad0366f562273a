import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { Duplex } from 'node:stream';

/**
 * A connection to a Docker daemon through the machine's own ssh, as Docker's CLI makes it: the bytes go through
 * `docker system dial-stdio` on the other machine. It has the methods of a socket that Node's HTTP agent calls, but
 * they do nothing.
 */
export class SshStream extends Duplex {
  private readonly child: ChildProcessWithoutNullStreams;
  private complaint = '';

  /** @param args the arguments of ssh */
  constructor(args: readonly string[]) {
    super();
    this.child = spawn('ssh', args, { stdio: 'pipe', env: process.env });
    const { stdin, stdout, stderr } = this.child;
    stdout.on('data', (chunk: Buffer) => this.push(chunk) || stdout.pause());
    // A daemon that closes the connection ends ssh; without bytes that is ssh's failure, which 'close' tells.
    stderr.on('data', (chunk: Buffer) => (this.complaint = (this.complaint + chunk.toString()).slice(-4096)));
    stdin.on('error', () => undefined);
    this.child.on('error', (error) => this.destroy(error));
    this.child.on('close', (code) => this.ended(code, args));
  }

  override _read(): void {
    this.child.stdout.resume();
  }

  override _write(chunk: Buffer, encoding: BufferEncoding, done: () => void): void {
    // Bytes that ssh no longer takes are its failure, and its end says more of it than EPIPE.
    this.child.stdin.write(chunk, encoding, () => done());
  }

  override _final(done: () => void): void {
    this.child.stdin.end(done);
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.child.kill();
    done(error);
  }

  setKeepAlive(): this {
    return this;
  }

  setNoDelay(): this {
    return this;
  }

  setTimeout(): this {
    return this;
  }

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }

  private ended(code: number | null, args: readonly string[]): void {
    if (this.destroyed) return;
    if (code === 0) {
      this.push(null);
      return;
    }
    this.destroy(
      new Error(
        `command [ssh ${args.join(' ')}] has exited with exit status ${code ?? 'unknown'}, make sure the URL is valid, ` +
          `and Docker 18.09 or later is installed on the remote host: stderr=${this.complaint.trim()}`,
      ),
    );
  }
}

import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** How a script ended. */
export interface ScriptResult {
  status: number | null;
  stdout: string;
  stderr: string;
}

/** For specs: a folder that stands for a machine's root, with programs that only note how they were called. */
export class FolderMachine {
  readonly root = mkdtempSync(join(tmpdir(), 'evenkeel-machine-'));

  /**
   * @param tools programs of this machine that it has as well
   * @param programs those that only note how they were called
   */
  constructor(tools: readonly string[], programs: readonly string[]) {
    for (const folder of ['bin', 'etc/init.d', 'etc/systemd/system', 'run', 'var/lib'])
      mkdirSync(join(this.root, folder), { recursive: true });
    for (const tool of tools) symlinkSync(which(tool), join(this.root, 'bin', tool));
    for (const name of programs) this.program(`bin/${name}`);
  }

  /** Puts a program into the machine: it notes its arguments, then does what `does` says, in sh. */
  program(path: string, does = ''): void {
    const name = path.split('/').at(-1);
    const file = join(this.root, path);
    writeFileSync(file, `#!/bin/sh\necho ${name} "$@" >>'${this.root}/calls'\n${does}\n`);
    chmodSync(file, 0o755);
  }

  /** Runs a script as `runAsRoot` does, from standard input, on this machine. */
  run(script: string): ScriptResult {
    const here = script.replaceAll(/(?<![\w/])\/(etc|run|var)\//g, `${this.root}/$1/`);
    const { status, stdout, stderr } = spawnSync(join(this.root, 'bin/sh'), ['-s'], {
      input: here,
      encoding: 'utf8',
      env: { PATH: join(this.root, 'bin') },
    });
    return { status, stdout, stderr: this.asItsOwn(stderr) };
  }

  /** How the programs were called since the last look. */
  calls(): string[] {
    const path = join(this.root, 'calls');
    if (!existsSync(path)) return [];
    const lines = this.asItsOwn(readFileSync(path, 'utf8')).trimEnd().split('\n');
    rmSync(path);
    return lines;
  }

  /** A file of it, with paths as the machine's own. */
  read(path: string): string {
    return this.asItsOwn(readFileSync(join(this.root, path), 'utf8'));
  }

  remove(): void {
    rmSync(this.root, { recursive: true });
  }

  private asItsOwn(text: string): string {
    return text.replaceAll(this.root, '');
  }
}

function which(tool: string): string {
  return spawnSync('sh', ['-c', `command -v ${tool}`], { encoding: 'utf8' }).stdout.trim();
}

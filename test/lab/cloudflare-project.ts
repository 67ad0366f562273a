import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CloudflareConfig } from '../../config/site-config';
import { checkoutDirectory } from '../../lab/lab-directory';
import type { Lab } from '../../lab/lab';
import { run, type CommandResult } from '../../lab/run';

/** A Pulumi project in a folder of its own that runs `cloudflare-program.ts` with the lab's engine and plugins. */
export class CloudflareProject {
  private readonly folder = mkdtempSync(join(tmpdir(), 'evenkeel-cloudflare-'));

  constructor(
    private readonly lab: Lab,
    private readonly token: string,
  ) {
    const file = (name: string, text: string) => writeFileSync(join(this.folder, name), text);
    const load = join(checkoutDirectory, 'cli', 'load-typescript.cjs');
    const program = join('test', 'lab', 'cloudflare-program.ts');
    file(
      'Pulumi.yaml',
      'name: evenkeel-cloudflare\nruntime: { name: nodejs, options: { typescript: false } }\nmain: program.cjs\n',
    );
    file('package.json', '{ "name": "evenkeel-cloudflare", "version": "0.0.0", "private": true }\n');
    file('program.cjs', `module.exports = require(${JSON.stringify(load)})(${JSON.stringify(program)});\n`);
    symlinkSync(join(checkoutDirectory, 'node_modules'), join(this.folder, 'node_modules'));
  }

  /** Runs pulumi on the stack `test`, which is made where there is none. */
  async pulumi(args: string[], cloudflare: CloudflareConfig): Promise<CommandResult> {
    await this.select();
    return run([this.lab.pulumi, ...args, '--stack', 'test', '--non-interactive', '--cwd', this.folder], {
      env: {
        ...this.lab.pulumiEnv,
        EVENKEEL_TEST_CLOUDFLARE: JSON.stringify(cloudflare),
        EVENKEEL_TEST_TOKEN: this.token,
      },
    });
  }

  /** Forgets the stack and the folder. */
  async remove(): Promise<void> {
    const rest = [
      'stack',
      'rm',
      '--yes',
      '--force',
      '--stack',
      'test',
      '--non-interactive',
      '--cwd',
      this.folder,
    ];
    await run([this.lab.pulumi, ...rest], { env: this.lab.pulumiEnv });
    rmSync(this.folder, { recursive: true });
  }

  private async select(): Promise<void> {
    const select = [
      'stack',
      'select',
      '--create',
      '--stack',
      'test',
      '--non-interactive',
      '--cwd',
      this.folder,
    ];
    const { code, stderr } = await run([this.lab.pulumi, ...select], { env: this.lab.pulumiEnv });
    if (code !== 0) throw new Error(`the stack can't be made:\n${stderr}`);
  }
}

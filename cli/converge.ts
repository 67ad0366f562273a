import type { EngineEvent, Stack } from '@pulumi/pulumi/automation';
import { engineProgress } from './engine-progress';

/** Whose config is to be brought about. */
export interface StackPlace {
  /** As `pulumi --stack` takes it. */
  stack: string;
  /** Folder of Pulumi.yaml. */
  projectDirectory: string;
  /** The stack file. */
  file: string;
}

/** What to say where the engine is not installed. */
export const noPulumi =
  'pulumi is not in PATH. Install it (https://www.pulumi.com/docs/install/), then run the command again.';

/** How often a lock that somebody else has is tried again, in ms, and for how long. */
const lockPause = 2000;

/** Pulumi could not do it; `message` has what the engine said, and nothing of our own stack. */
export class UpError extends Error {
  override readonly name = 'UpError';
}

/** Another `pulumi` holds the stack's lock. */
export class LockedError extends UpError {}

/** What frees the lock of a `pulumi` that died. By the stack's name, since another one may be selected. */
function cancelling({ stack }: StackPlace): string {
  return `pulumi cancel --stack ${stack}`;
}

/**
 * `pulumi up` by the Automation API (https://www.pulumi.com/docs/iac/automation-api/), with its progress as lines. The
 * program is run in this process: it is the very `index.ts` that `pulumi up` runs, without a second start of Node.
 *
 * @param options `waitForLock`: ms to wait for another `up` to end, default: don't; `refresh`: look first at what is
 *   really there, for a site that may be otherwise than Pulumi left it.
 * @throws UpError
 */
export async function up(
  place: StackPlace,
  message: string,
  log: (line: string) => void,
  { waitForLock = 0, refresh = false }: { waitForLock?: number; refresh?: boolean } = {},
): Promise<void> {
  const stack = await openStack(place);
  const until = Date.now() + waitForLock;
  for (let said = false; ; said = true) {
    try {
      await attempt(place, log, (onEvent) =>
        stack.up({
          program: theProgram(),
          configFile: place.file,
          message,
          onEvent,
          userAgent: 'evenkeel',
          // By the program's provider: the one in the state may speak to a manager that is no more.
          ...(refresh && { refresh, runProgram: true }),
        }),
      );
      return;
    } catch (error) {
      if (!(error instanceof LockedError) || Date.now() > until) throw error;
      if (!said)
        log(
          `another pulumi up has the stack; waiting until it has ended. If its process has died, its lock stays: free it in ` +
            `another terminal with: ${cancelling(place)}`,
        );
      await new Promise((resolve) => setTimeout(resolve, lockPause));
    }
  }
}

/** `pulumi preview`, with the policy pack: what would change, with nothing touched. @throws UpError when it is refused. */
export async function preview(
  place: StackPlace,
  policyPack: string,
  log: (line: string) => void,
): Promise<void> {
  const stack = await openStack(place);
  await attempt(place, log, (onEvent) =>
    stack.preview({
      program: theProgram(),
      configFile: place.file,
      policyPacks: [policyPack],
      onEvent,
      userAgent: 'evenkeel',
    }),
  );
}

/** Loaded late: the engine's SDK takes half a second to load, which a rollback has no time for. */
async function openStack({ stack, projectDirectory }: StackPlace): Promise<Stack> {
  const { LocalWorkspace, PulumiCommand, Stack } = await import('@pulumi/pulumi/automation/index.js');
  const pulumiCommand = await PulumiCommand.get().catch(() => {
    throw new UpError(noPulumi);
  });
  const workspace = await LocalWorkspace.create({ workDir: projectDirectory, pulumiCommand });
  // Each command of the API names the stack. To select it as well would change what the user's own `pulumi up` means, and
  // takes 0.25 s of CPU time (measured with 3.259.0).
  workspace.selectStack = () => Promise.resolve();
  const opened = await Stack.select(stack, workspace);
  // After an `up` the API asks for the stack's outputs, in clear as well, and for its history: three more runs of pulumi,
  // 0.85 s of CPU time (measured with 3.259.0), for what nobody here reads.
  workspace.stackOutputs = () => Promise.resolve({});
  opened.info = () => Promise.resolve(undefined);
  return opened;
}

function theProgram(): () => Promise<Record<string, unknown>> {
  return async () => {
    const { default: program } = (await import('../index.js')) as unknown as {
      default: () => Promise<Record<string, unknown>>;
    };
    return program();
  };
}

async function attempt(
  place: StackPlace,
  log: (line: string) => void,
  run: (onEvent: (event: EngineEvent) => void) => Promise<unknown>,
): Promise<void> {
  const progress = engineProgress(log);
  try {
    await run(progress.take);
  } catch (error) {
    throw asUpError(error, progress.errors, place);
  }
}

function asUpError(error: unknown, said: readonly string[], place: StackPlace): Error {
  if (!(error instanceof Error)) return new UpError(String(error));
  if (error.name === 'ConcurrentUpdateError')
    return new LockedError(
      `Another pulumi up has the stack locked. Wait until it has ended; if its process has died, run: ${cancelling(place)}`,
    );
  const unknown = error.name === 'StackNotFoundError' && /no stack named '(.*?)'/.exec(error.message)?.[1];
  if (unknown)
    return new UpError(
      `Pulumi's backend has no stack ${unknown}. Make it with: pulumi stack init ${unknown}; or name another one: --stack`,
    );
  const result = (error as { commandResult?: { stdout: string; stderr: string } }).commandResult;
  if (!result) return error;
  const whole = said.length > 0 ? said.join('\n') : (result.stderr || result.stdout).trim();
  return new UpError(whole);
}

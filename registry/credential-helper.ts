import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { z } from 'zod';
import { parseJson } from './parse-json';

/** A login as a credential helper gives it. */
export interface HelperAnswer {
  /** `<token>` when the secret is an identity token. */
  Username: string;
  Secret: string;
}

const answerSchema = z.object({ Username: z.string(), Secret: z.string() });

/** What a helper says on standard output when it has no login (github.com/docker/docker-credential-helpers, credentials/error.go). */
const NOT_FOUND = 'credentials not found in native keychain';

/**
 * Asks `docker-credential-<helper>` for the login to `server`, as Docker does.
 * @param server as the login is filed: `registry.example.com:5000`
 * @param env its PATH is where the helper is looked for
 * @param timeoutMs milliseconds after which it is killed; default: 60 s, since it may ask the user to unlock a keychain
 * @returns undefined when the helper has no login for it
 * @throws Error naming the helper when it can't be run or fails; never with what it said, which may hold the secret
 */
export async function askCredentialHelper(
  helper: string,
  server: string,
  env: NodeJS.ProcessEnv,
  timeoutMs = 60_000,
): Promise<HelperAnswer | undefined> {
  const program = `docker-credential-${helper}`;
  const remedy = `Docker's config names it for ${server}: see \`credHelpers\` and \`credsStore\` there.`;
  if (!/^[\w.-]+$/.test(helper)) {
    throw new Error(
      `The credential helper ${JSON.stringify(helper)} has no valid name (letters, digits, _ . -). ${remedy}`,
    );
  }
  const { code, stdout } = await run(program, server, env, timeoutMs).catch(
    (error: NodeJS.ErrnoException) => {
      throw new Error(
        `The credential helper ${program} can't be run (${error.code ?? 'unknown'}). ${remedy}`,
      );
    },
  );
  if (stdout.trim() === NOT_FOUND) return undefined;
  const answer = code === 0 ? parseJson(stdout, answerSchema) : undefined;
  if (answer) return answer;
  const how =
    code === 0
      ? 'gave an answer that is no login'
      : code === undefined
        ? `did not end within ${timeoutMs / 1000} s or was killed`
        : `failed (exit code ${code})`;
  throw new Error(
    `The credential helper ${program} ${how} when asked for ${server}. ` +
      `See what it says: \`printf %s ${server} | ${program} get\`; or log in anew with \`docker login\`.`,
  );
}

/** Exit code (undefined when a signal ended it) and standard output. Its standard error is thrown away. */
async function run(
  program: string,
  input: string,
  env: NodeJS.ProcessEnv,
  timeoutMs: number,
): Promise<{ code: number | undefined; stdout: string }> {
  const child = spawn(program, ['get'], { env, stdio: ['pipe', 'pipe', 'ignore'] });
  // Not spawn's own timeout: its timer outlives a program that can't be started, and so would we.
  const timer = setTimeout(() => {
    child.kill('SIGKILL');
    child.stdout.destroy(); // what it started itself may hold the pipe open
  }, timeoutMs);
  // A helper may end without reading its input; its exit code tells more than this pipe's error.
  child.stdin.on('error', () => undefined).end(input);
  const ended = new Promise<number | undefined>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve(code ?? undefined));
  });
  try {
    const [code, stdout] = await Promise.all([ended, text(child.stdout).catch(() => '')]);
    return { code, stdout };
  } finally {
    clearTimeout(timer);
  }
}

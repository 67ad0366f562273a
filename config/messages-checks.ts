import type { Mistake } from './mistake';
import { mistake } from './mistake';
import type { Parts } from './parts';
import type { StackConfig } from './schema';
import { secretNamesOf } from './secret-names-of';
import { secretUnknown } from './secret-unknown';

type Stack = Parts<StackConfig>;

/** The secrets that messages need are there. */
export function messagesSecretsKnown({ messages, secrets }: Stack): Mistake[] {
  if (secrets === undefined) return [];
  const known = Object.keys(secrets);
  return secretNamesOf(messages).flatMap(({ at, name }) => secretUnknown(['messages', ...at], name, known));
}

/** Who logs in to a mail server has a name and a password. */
export function mailLogin({ messages }: Stack): Mistake[] {
  const email = messages?.email;
  if (!email || 'user' in email === 'password' in email) return [];
  const missing = 'user' in email ? 'password' : 'user';
  return [
    mistake(
      ['messages', 'email', missing],
      undefined,
      'user and password, or neither',
      missing === 'user' ? 'Add user, or remove password.' : 'Add password, or remove user.',
    ),
  ];
}

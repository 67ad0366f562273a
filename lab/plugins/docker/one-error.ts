import { daemonMessage } from './daemon-message';

/**
 * An error as the official plugin gives it: Terraform collects errors, and writes even a single one as a list.
 *
 * @param thrown what went wrong
 * @param prefix what was done, such as `updating <URN>`
 */
export function oneError(thrown: unknown, prefix = ''): string {
  return `${prefix === '' ? '' : `${prefix}: `}1 error occurred:\n\t* ${daemonMessage(thrown)}\n\n`;
}

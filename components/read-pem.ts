import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mistake } from '../config/mistake';
import { certificatesOf, longestPem } from '../edge/certificate-api';
import { expandHome } from '../remote/expand-home';
import { refusal } from './refusal';

/**
 * The text of a file that the config names, as it is to be given on: with one line feed at its end.
 *
 * @param at the key of the config, as `['edge', 'tls', …]`
 * @throws pulumi.RunError when it can't be read
 */
export function readPem(at: readonly string[], file: string): string {
  try {
    return ended(readFileSync(expandHome(file), 'utf8'));
  } catch (error) {
    throw wrongPem(at, file, 'a file that can be read', `${(error as Error).message}.`);
  }
}

/**
 * The same of a file of one CA or more.
 *
 * @throws pulumi.RunError also when there is none in it, or something else
 */
export function readCa(at: readonly string[], file: string, remedy: string): string {
  const pem = readPem(at, file);
  const certificates = certificatesOf(pem);
  if (certificates.length === 0 || !certificates.every((each) => parsed(() => new X509Certificate(each))?.ca))
    throw wrongPem(at, file, 'a file with the certificate of a CA as PEM', remedy);
  if (pem.length > longestPem)
    throw wrongPem(at, file, `at most ${longestPem} bytes`, 'Leave out the CAs that nobody needs.');
  return pem;
}

/** What `parse` gives; undefined when it throws. */
export function parsed<T>(parse: () => T): T | undefined {
  try {
    return parse();
  } catch {
    return undefined;
  }
}

/** A mistake that only a file's content shows. */
export function wrongPem(at: readonly string[], value: string, allowed: string, remedy: string): Error {
  return refusal(mistake([...at], value, allowed, remedy).message);
}

function ended(pem: string): string {
  return `${pem.trim()}\n`;
}

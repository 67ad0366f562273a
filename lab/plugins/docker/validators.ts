import type { Json } from '../provider/json';
import { goDuration } from './go-duration';
import { asText } from './reading';

/** Judges a value: what is wrong with it, in the official plugin's words, or nothing. */
type Validator = (value: Json) => string | undefined;

/** A duration as Go writes it, zero or more. */
export const duration: Validator = (value) => {
  const parsed = goDuration(asText(value));
  if (parsed === undefined) return `'${asText(value)}' is not a valid duration`;
  return parsed < 0 ? `'${asText(value)}' duration must not be negative` : undefined;
};

/** A whole number, zero or more. */
export const notNegative: Validator = (value) =>
  Number(value) < 0 ? `'${asText(value)}' cannot be lower than 0` : undefined;

/** A share between 0 and 1, as a string. */
export const ratio: Validator = (value) => {
  const share = Number(value);
  if (value === '' || Number.isNaN(share)) return `'${asText(value)}' is not a float`;
  return share < 0 || share > 1 ? `'${asText(value)}' has to be between 0.0 and 1.0` : undefined;
};

/** Bytes in base64, with padding. */
export const base64: Validator = (value) =>
  /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(
    asText(value).replace(/[\r\n]/g, ''),
  )
    ? undefined
    : `'${asText(value)}' is not base64 decodeable`;

/** One of the words that a pattern allows; the pattern itself stands in the message. */
export function oneOf(pattern: string): Validator {
  const expression = new RegExp(pattern);
  return (value) =>
    expression.test(asText(value)) ? undefined : `'${asText(value)}' doesn't match the pattern '${pattern}'`;
}

/** One error as the API's envelope lists it. The wrong value's own error is in the chain. */
export interface ErrorEntry {
  code: number;
  message: string;
  error_chain?: { code: number; message: string }[];
}

/** A request that the API refuses: its HTTP status and the error in the envelope. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly entry: ErrorEntry,
    readonly headers: Record<string, string> = {},
  ) {
    super(entry.message);
  }
}

/** What the API says of a DNS record with a wrong field: code 1004, with the field's own code in the chain. */
export function dnsValidationError(code: number, message: string): ApiError {
  return new ApiError(400, { code: 1004, message: 'DNS Validation Error', error_chain: [{ code, message }] });
}

/** What the API says when a path, or an identifier in it, is none that it knows. */
export function noRoute(path: string): ApiError {
  const message = `Could not route to ${path}, perhaps your object identifier is invalid?`;
  return new ApiError(404, { code: 7003, message });
}

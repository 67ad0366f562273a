/** The grammar of a tag (github.com/distribution/reference, regexp.go). */
const TAG = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/;

/** Checks a tag. @throws Error when a registry can't have it. */
export function requireTag(tag: string): void {
  if (TAG.test(tag)) return;
  throw new Error(
    `tag: ${JSON.stringify(tag)} is not an image's tag. Allowed: up to 128 letters, digits, _ . and -, the first one ` +
      'no . or -. Write for example `1.5.0-rc.1`; what a version has behind a + has no place in a tag.',
  );
}

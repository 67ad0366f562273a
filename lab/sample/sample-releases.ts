/** One release of the sample service: an image of its own, all with the same binary. */
export interface SampleRelease {
  /** Semver version: the image's tag, and what the service says it is (`VERSION`). */
  version: string;
  /** Further environment variables baked into the image, as `lab/sample/settings.go` reads them. */
  env: Record<string, string>;
  /** What the release is for. */
  why: string;
}

/** The releases that the lab's registry offers: a stable one, two good candidates for the next, and one for each way to be bad. */
export const sampleReleases: readonly SampleRelease[] = [
  { version: '1.0.0', env: {}, why: 'stable, what the lab starts with' },
  { version: '1.1.0-rc.1', env: {}, why: 'a good candidate' },
  { version: '1.1.0-rc.2', env: {}, why: 'the next good candidate' },
  { version: '1.2.0-rc.1', env: { BROKEN: 'sick' }, why: 'never gets healthy: /alive answers 503' },
  { version: '1.2.0-rc.2', env: { BROKEN: 'crash' }, why: 'ends with an error 300 ms after its start' },
  { version: '1.2.0-rc.3', env: { BROKEN: 'wrong-version' }, why: 'healthy, but says that it is 9.9.9' },
  { version: '1.3.0-rc.1', env: { FAIL_PERCENT: '5' }, why: 'healthy, but fails 5 % of its requests' },
];

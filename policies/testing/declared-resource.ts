/** A resource as a test declares it for {@link violationsOf}. */
export interface DeclaredResource {
  /** Type token, such as `docker:index/service:Service`. */
  readonly type: string;
  /** Pulumi's name of the resource. */
  readonly name: string;
  /** What the program gave it. Default: nothing. */
  readonly inputs?: Readonly<Record<string, unknown>>;
  /** Option `ignoreChanges`. Default: empty. */
  readonly ignoreChanges?: readonly string[];
  /** Whether this run registers it; one that `--target` leaves out isn't shown to resource policies. Default: true. */
  readonly registered?: boolean;
}

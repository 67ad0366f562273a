/** What an image runs on, in the words of Go and of the OCI image specification. */
export interface Platform {
  /** E.g. `linux`. */
  os: string;
  /** E.g. `amd64`, `arm64`, `arm`. */
  architecture: string;
  /** E.g. `v7` of arm; left out where the image does not say. */
  variant?: string;
}

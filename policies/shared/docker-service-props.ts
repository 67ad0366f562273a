/** The properties of a `docker.Service` that policies read; the official plugin's schema has the same names. */
export interface DockerServiceProps {
  /** Labels of the Swarm service. */
  readonly labels?: readonly DockerLabel[];
  readonly taskSpec?: {
    readonly containerSpec?: {
      /** Image of every task. */
      readonly image?: string;
      /** Environment of every task. */
      readonly env?: Readonly<Record<string, unknown>>;
      /** Labels of every container. */
      readonly labels?: readonly DockerLabel[];
    };
  };
}

/** One label, as the docker plugin writes it. */
export interface DockerLabel {
  readonly label: string;
  readonly value: string;
}

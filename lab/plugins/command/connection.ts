/** How a `remote.Command` reaches its machine, with defaults filled in. */
export interface Connection {
  host: string;
  port: number;
  user: string;
  privateKey?: string;
  privateKeyPassword?: string;
  password?: string;
  agentSocketPath?: string;
  /** The machine's key, as in `known_hosts` without the names; any key is taken where not given. */
  hostKey?: string;
  /** How many attempts may fail before the last one; -1 for any number. */
  dialErrorLimit: number;
  /** Seconds for an attempt; 0 for any time. */
  perDialTimeout: number;
}

/** The defaults of a connection (remote/connection.go of the official plugin). */
export const CONNECTION_DEFAULTS = { port: 22, user: 'root', dialErrorLimit: 10, perDialTimeout: 15 };

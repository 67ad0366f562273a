/** How long a machine may take on its way into the Swarm, all in ms. */
export interface JoinTimes {
  /** Until Swarm calls a machine ready that has joined. */
  ready: number;
  /**
   * Until a change of role has taken effect: 2 to 4 s on the lab. Docker starts a node again whose manager has failed,
   * after 0.2 s and then after twice as long each time, up to 30 s (moby, daemon/cluster/noderunner.go and cluster.go), and
   * an election takes 10 to 20 s.
   */
  role: number;
  /** For how long a machine must have been well before the quorum is made to depend on it. */
  steady: number;
  /** Between two looks. */
  pause: number;
}

export const joinTimes: JoinTimes = { ready: 30_000, role: 90_000, steady: 3000, pause: 300 };

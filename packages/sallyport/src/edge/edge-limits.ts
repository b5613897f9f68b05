/** How long clients may take and how many there may be. */
export interface EdgeLimits {
  /** For all of a request's head to come. */
  readonly headMs: number;
  /** For all of a request to come, its body included. */
  readonly requestMs: number;
  /** Nothing in either direction. */
  readonly idleMs: number;
  /** How often `headMs` and `requestMs` are looked at. */
  readonly checkMs: number;
  /** Connections at once; what is beyond it is closed. */
  readonly connections: number;
  /** Requests that wait on a connection for the answers before theirs; with more, nothing is read from it. */
  readonly pipelined: number;
}

/** Our choices; the service's own are not published. */
export const EDGE_LIMITS: EdgeLimits = {
  headMs: 20_000,
  requestMs: 120_000,
  // Longer than any integration may take.
  idleMs: 75_000,
  checkMs: 5_000,
  // Some 10 kB each: they cannot take a machine's memory.
  connections: 20_000,
  pipelined: 32,
};

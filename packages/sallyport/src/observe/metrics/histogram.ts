/** Upper bounds in seconds. The last but one covers the longest integration timeout. Our choice. */
export const LATENCY_BOUNDS_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** Durations, counted by size: what a Prometheus histogram shows. */
export class LatencyHistogram {
  /** By bound, and at the end what is longer than all of them; not cumulative. */
  readonly counts = new Float64Array(LATENCY_BOUNDS_SECONDS.length + 1);
  sumSeconds = 0;

  observe(durationMs: number): void {
    const seconds = durationMs / 1000;
    let at = 0;
    while (at < LATENCY_BOUNDS_SECONDS.length && seconds > LATENCY_BOUNDS_SECONDS[at]!) at++;
    this.counts[at]! += 1;
    this.sumSeconds += seconds;
  }
}

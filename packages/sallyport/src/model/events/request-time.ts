const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"] as const;

const two = (value: number): string => (value < 10 ? `0${value}` : String(value));

/** `14/Apr/2025:22:13:56 +0000`: a moment (ms since the epoch) as events, logs and mappings show it; always UTC. */
export function requestTime(timeMs: number): string {
  const time = new Date(timeMs);
  const day = `${two(time.getUTCDate())}/${MONTHS[time.getUTCMonth()]}/${time.getUTCFullYear()}`;
  return `${day}:${two(time.getUTCHours())}:${two(time.getUTCMinutes())}:${two(time.getUTCSeconds())} +0000`;
}

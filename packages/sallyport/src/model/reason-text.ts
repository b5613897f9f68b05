const MAX_REASON_LENGTH = 500;

/** A private reason as a header can carry it: one bounded line of printable ASCII. It may quote what a client sent. */
export function reasonLine(text: string): string {
  const line = text.replace(/[^\x20-\x7e]+/g, "?");
  return line.length > MAX_REASON_LENGTH ? `${line.slice(0, MAX_REASON_LENGTH - 3)}...` : line;
}

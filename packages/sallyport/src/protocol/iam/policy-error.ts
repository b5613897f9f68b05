/** A policy document that can not be honoured. Its message names the place, the value and the rule. */
export class PolicyError extends Error {
  override readonly name = "PolicyError";
  /** Where in the document: `Statement[0].Condition.StringEquals`. */
  readonly place: string;

  constructor(place: string, problem: string) {
    super(`${place}: ${problem}`);
    this.place = place;
  }
}

/** A value as an error message shows it. */
export function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 100 ? `${text.slice(0, 100)}…` : text;
}

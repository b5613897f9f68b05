/** Why a token is not accepted. */
export interface TokenFault {
  readonly kind: "fault";
  /** What the caller is told, in `error_description`. */
  readonly description: string;
  /** What was expected and what came instead: for the trace and the log. Never the token itself. */
  readonly rule: string;
  readonly remedy: string;
  readonly cause?: unknown;
}

/** A fault of a token; the rule is its description unless there is more to tell. */
export function tokenFault(description: string, remedy: string, rule = description, cause?: unknown): TokenFault {
  return { kind: "fault", description, rule, remedy, cause };
}

/** A value out of a token as a reason shows it. */
export function shownValue(value: unknown): string {
  const text = JSON.stringify(value) ?? "nothing";
  return text.length > 100 ? `${text.slice(0, 100)}…` : text;
}

/** The facts of a request that conditions and policy variables ask for, by key (`aws:SourceIp`). */
export type RequestContext = Readonly<Record<string, string | readonly string[]>>;

/** A context prepared for look-ups: condition keys are not case-sensitive. */
export interface ContextKeys {
  /** The values of a key; undefined when the request has no such key. */
  get(key: string): readonly string[] | undefined;
}

export function contextKeys(context: RequestContext): ContextKeys {
  const values = new Map<string, readonly string[]>();
  for (const [key, value] of Object.entries(context)) {
    values.set(key.toLowerCase(), typeof value === "string" ? [value] : value);
  }
  return { get: (key) => values.get(key.toLowerCase()) };
}

const ISO_8601 = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+-]\d{2}:\d{2})$/;

/** The moment that an ISO 8601 text or a number of seconds since 1970 names, or undefined. */
export function parseTimestamp(value: unknown): Date | undefined {
  if (typeof value === "string" ? !ISO_8601.test(value) : typeof value !== "number") return undefined;
  const date = new Date(typeof value === "number" ? value * 1000 : (value as string));
  return Number.isNaN(date.getTime()) ? undefined : date;
}

/** ISO 8601 in UTC with seconds precision, `2026-01-31T12:34:56Z`: the form of the real service's bodies. */
export function isoSeconds(date: Date): string {
  return `${date.toISOString().slice(0, 19)}Z`;
}

/** The basic format that signatures use, `20260131T123456Z`. */
export function basicFormat(date: Date): string {
  return isoSeconds(date).replace(/[-:]/g, "");
}

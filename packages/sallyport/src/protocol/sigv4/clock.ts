import { basicFormat } from "../timestamp.ts";
import { signatureErrors } from "./signature-error.ts";
import type { SignatureFields } from "./signature-fields.ts";

/** The documented window for API Gateway; some services allow fifteen minutes. */
export const DEFAULT_SKEW_MS = 5 * 60 * 1000;

/** Milliseconds since 1970 of a timestamp in the basic format. */
function timeOf(timestamp: string): number {
  const extended = timestamp.replace(/^(....)(..)(..)T(..)(..)(..)Z$/, "$1-$2-$3T$4:$5:$6Z");
  const time = Date.parse(extended);
  if (!Number.isNaN(time)) return time;
  throw signatureErrors.incomplete(
    `Date must be in ISO-8601 'basic format'. Got '${timestamp}'. See http://en.wikipedia.org/wiki/ISO_8601`,
  );
}

/** Throws AwsError when the signature is too old or from the future. */
export function checkClock(fields: SignatureFields, now: number, skewMs: number): void {
  const signed = timeOf(fields.timestamp);
  const lifeMs = fields.expiresSeconds === undefined ? skewMs : fields.expiresSeconds * 1000;
  const text = (time: number): string => basicFormat(new Date(time));
  if (signed < now - lifeMs) {
    throw signatureErrors.invalid(
      `Signature expired: ${fields.timestamp} is now earlier than ${text(now - lifeMs)} (${text(now)} - ${span(lifeMs)})`,
    );
  }
  if (signed > now + skewMs) {
    throw signatureErrors.invalid(
      `Signature not yet current: ${fields.timestamp} is still later than ${text(now + skewMs)} (${text(now)} + ${span(skewMs)})`,
    );
  }
}

/** Minutes as the real service writes them; what is no whole number of minutes is our choice. */
function span(ms: number): string {
  return ms % 60_000 === 0 ? `${ms / 60_000} min.` : `${ms / 1000} sec.`;
}

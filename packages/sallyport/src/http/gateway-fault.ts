import { reasonLine } from "../model/reason-text.ts";

/** The statuses that the gateway itself answers with. Developer Guide and observed; see MESSAGES for the texts. */
export type FaultStatus = 400 | 401 | 403 | 404 | 413 | 414 | 429 | 431 | 500 | 503;

/**
 * The reason phrases that stand in the bodies. 400, 413, 414, 429 and 431 are unverified, the others observed.
 */
const MESSAGES: Readonly<Record<FaultStatus, string>> = {
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  413: "Request Entity Too Large",
  414: "Request-URI Too Long",
  429: "Too Many Requests",
  431: "Request Header Fields Too Large",
  500: "Internal Server Error",
  503: "Service Unavailable",
};

/** A public, safe answer and the private reason for it: callers see the first, the trace and the log get both. */
export interface GatewayFault {
  readonly status: FaultStatus;
  /** The step of the pipeline that decided. */
  readonly step: string;
  /** What was expected, and the value that did not meet it. */
  readonly rule: string;
  /** What to do about it. */
  readonly remedy: string;
  readonly cause?: unknown;
  /** Value of `www-authenticate`. */
  readonly challenge?: string;
  /** The integration had its time and did not answer. */
  readonly timeout?: boolean;
  /** The request never reached an API: no request id, and the error type that the shared front end tells. */
  readonly outsideApi?: boolean;
}

/** What the client is told in words: `$context.error.message`. */
export function faultMessage(status: FaultStatus): string {
  return MESSAGES[status];
}

function bodyOf(status: FaultStatus): Uint8Array {
  return Buffer.from(JSON.stringify({ message: MESSAGES[status] }));
}

const BODIES: Readonly<Record<FaultStatus, Uint8Array>> = {
  400: bodyOf(400),
  401: bodyOf(401),
  403: bodyOf(403),
  404: bodyOf(404),
  413: bodyOf(413),
  414: bodyOf(414),
  429: bodyOf(429),
  431: bodyOf(431),
  500: bodyOf(500),
  503: bodyOf(503),
};

/** The exact bytes of an error's body. */
export function faultBody(status: FaultStatus): Uint8Array {
  return BODIES[status];
}

/** The private reason on one line. */
export function reasonText({ step, rule, remedy }: GatewayFault): string {
  return reasonLine(`${step}: ${rule}; ${remedy}`);
}

import type { Duplex } from "node:stream";

/** Errors of HTTP itself, before there is a request. Bodies follow the gateway's pattern (our choice). */
const TEXTS = {
  400: { phrase: "Bad Request", message: "Bad Request" },
  408: { phrase: "Request Timeout", message: "Request Timeout" },
  417: { phrase: "Expectation Failed", message: "Expectation Failed" },
  431: { phrase: "Request Header Fields Too Large", message: "Request Header Fields Too Large" },
  503: { phrase: "Service Unavailable", message: "Service Unavailable" },
} as const;

export type WireErrorStatus = keyof typeof TEXTS;

export const wireErrorBody = (status: WireErrorStatus): string => JSON.stringify({ message: TEXTS[status].message });

/** Answers on the bare socket of a request that could not be read, and ends the connection. */
export function endWithError(socket: Duplex, status: WireErrorStatus): void {
  const body = wireErrorBody(status);
  const head = [
    `HTTP/1.1 ${status} ${TEXTS[status].phrase}`,
    `date: ${new Date().toUTCString()}`,
    "content-type: application/json",
    `content-length: ${body.length}`,
    "connection: close",
  ];
  socket.end(`${head.join("\r\n")}\r\n\r\n${body}`, () => socket.destroy());
}

/** The status for an error of Node's parser. */
export function wireErrorOf(error: Error): WireErrorStatus {
  const code = "code" in error ? error.code : undefined;
  if (code === "HPE_HEADER_OVERFLOW") return 431;
  return code === "ERR_HTTP_REQUEST_TIMEOUT" ? 408 : 400;
}

/** Lines and headers of a request: RFC 9112, 2.2 to 5; RFC 9110, 5 and 7.6. */
import { HOST } from "../http/gateway-harness.ts";
import { arrives, HOST_LINE, refused } from "./request-tables.ts";

const get = (headers: string): string => `GET /x HTTP/1.1\r\n${HOST_LINE}${headers}\r\n`;

for (const [name, bytes] of [
  ["bare line feeds", `GET /x HTTP/1.1\nHost: ${HOST}\n\n`],
  ["a bare line feed behind a header", `GET /x HTTP/1.1\r\n${HOST_LINE}A: b\nX: y\r\n\r\n`],
  ["a bare carriage return behind a header", get("A: b\rX: y\r\n")],
  ["a bare carriage return in the request line", `GET /x\r HTTP/1.1\r\n${HOST_LINE}\r\n`],
  ["a header on a folded line", get("A: b\r\n c\r\n")],
  ["a header folded with a tab", get("A: b\r\n\tc\r\n")],
  ["a folded line as first header", `GET /x HTTP/1.1\r\n A: b\r\n${HOST_LINE}\r\n`],
  ["a blank before the colon", get("A : b\r\n")],
  ["a tab before the colon", get("A\t: b\r\n")],
  ["an empty name", get(": b\r\n")],
  ["a header without colon", get("Abc\r\n")],
  ["a blank in a name", get("A b: c\r\n")],
  ["a NUL in a name", get("A\0: b\r\n")],
  ["a NUL in a value", get("A: b\0c\r\n")],
  ["a control character in a value", get("A: b\x01c\r\n")],
  ["a delete in a value", get("A: b\x7fc\r\n")],
  ["a letter beyond ASCII in a name", get("\xc4: b\r\n")],
  ["two hosts", get("Host: other\r\n")],
  ["the same host twice", get(HOST_LINE)],
  ["no host", "GET /x HTTP/1.1\r\nA: b\r\n\r\n"],
  ["HTTP/0.9", "GET /x\r\n\r\n"],
  ["HTTP/1.2", `GET /x HTTP/1.2\r\n${HOST_LINE}\r\n`],
  ["HTTP/2.0 as text", `GET /x HTTP/2.0\r\n${HOST_LINE}\r\n`],
  ["the preface of HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"],
  ["a protocol in lower case", `GET /x http/1.1\r\n${HOST_LINE}\r\n`],
  ["a protocol of another name", `GET /x ICE/1.1\r\n${HOST_LINE}\r\n`],
  ["a method that nobody knows", `BREW /x HTTP/1.1\r\n${HOST_LINE}\r\n`],
  ["a method with a control character", `GE\x01T /x HTTP/1.1\r\n${HOST_LINE}\r\n`],
  ["a tab in the request line", `GET\t/x HTTP/1.1\r\n${HOST_LINE}\r\n`],
  ["a TLS greeting", "\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03"],
] as const) {
  refused(`head: ${name}`, bytes);
}

refused("head: an expectation that nobody knows", get("Expect: cake\r\n"), 417);
refused("head: two expectations", get("Expect: 100-continue, cake\r\n"), 417);
refused("head: a header of 70 KB", get(`A: ${"a".repeat(70_000)}\r\n`), 431);
refused("head: a name of 70 KB", get(`${"a".repeat(70_000)}: b\r\n`), 431);
refused("head: a path of 70 KB", `GET /${"a".repeat(70_000)} HTTP/1.1\r\n${HOST_LINE}\r\n`, 431);
refused("head: 10,000 headers", get("A:\r\n".repeat(10_000)), 431);

const line = "GET /x";
for (const [name, headers, expected] of [
  [
    "hop-by-hop headers end here",
    "Keep-Alive: a\r\nTE: trailers\r\nTrailer: a\r\nUpgrade: h2c\r\nProxy-Authorization: a\r\n",
    {},
  ],
  ["a proposal of HTTP/2 ends here", "HTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA\r\nUpgrade: h2c\r\n", {}],
  [
    "what Connection lists ends here",
    "Connection: X-Secret, keep-alive\r\nX-Secret: a\r\nX-Open: b\r\n",
    { "x-secret": undefined, "x-open": "b" },
  ],
  ["Connection cannot take away the host", "Connection: Host\r\n", {}],
  ["Connection cannot take away the length", "Connection: Content-Length\r\n", { "content-length": "0" }],
  [
    "Connection cannot take away what the gateway writes",
    "Connection: Forwarded, Via\r\n",
    { via: "HTTP/1.1 AmazonAPIGateway" },
  ],
  [
    "an Upgrade to WebSocket is a request",
    "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: a\r\n",
    { upgrade: undefined },
  ],
  ["an expectation without body is settled here", "Expect: 100-continue\r\n", { expect: undefined }],
  ["bytes beyond ASCII in a value pass as they are", "A: \xc3\xa4\xff\r\n", { a: "\xc3\xa4\xff" }],
  ["blanks around a value go", "A:  \t b c \t \r\n", { a: "b c" }],
  ["an empty value passes", "A:\r\n", { a: "" }],
  [
    "X-Forwarded-For cannot break out of Forwarded",
    'X-Forwarded-For: a";host=evil, b\r\n',
    { "x-forwarded-for": undefined },
  ],
  ["1,000 headers pass", Array.from({ length: 1_000 }, (_, n) => `A${n}: b\r\n`).join(""), { a0: "b", a999: "b" }],
] as const) {
  arrives(`head: ${name}`, `GET /x HTTP/1.1\r\n${HOST_LINE}${headers}`, "", { line, headers: expected });
}

arrives("head: two blanks in the request line", `GET  /x HTTP/1.1\r\n${HOST_LINE}`, "", { line });
arrives("head: an empty line before the request", `\r\n\r\nGET /x HTTP/1.1\r\n${HOST_LINE}`, "", { line });

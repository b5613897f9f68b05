/** Where a request ends: RFC 9112, 6 and 7. A request whose end two readers could see differently is refused. */
import { arrives, brokenOff, HOST_LINE, refused } from "./request-tables.ts";

const post = (headers: string): string => `POST /x HTTP/1.1\r\n${HOST_LINE}${headers}`;
const CHUNKED = "Transfer-Encoding: chunked\r\n";
const EMPTY_CHUNKS = "0\r\n\r\n";

for (const [name, headers, body] of [
  ["a length beside chunks", `Content-Length: 5\r\n${CHUNKED}`, EMPTY_CHUNKS],
  ["chunks beside a length", `${CHUNKED}Content-Length: 5\r\n`, EMPTY_CHUNKS],
  ["a length of 0 beside chunks", `Content-Length: 0\r\n${CHUNKED}`, EMPTY_CHUNKS],
  ["two different lengths", "Content-Length: 5\r\nContent-Length: 6\r\n", "hello!"],
  ["the same length twice", "Content-Length: 5\r\nContent-Length: 5\r\n", "hello"],
  ["a list of lengths", "Content-Length: 5, 5\r\n", "hello"],
  ["a negative length", "Content-Length: -5\r\n", ""],
  ["a length with a sign", "Content-Length: +5\r\n", "hello"],
  ["a hexadecimal length", "Content-Length: 0x5\r\n", "hello"],
  ["a length with a blank in it", "Content-Length: 1 0\r\n", "0123456789"],
  ["a length beyond all numbers", "Content-Length: 99999999999999999999\r\n", ""],
  ["an empty length", "Content-Length: \r\n", ""],
  ["identity as coding", "Transfer-Encoding: identity\r\n", ""],
  ["identity beside a length", "Transfer-Encoding: identity\r\nContent-Length: 5\r\n", "hello"],
  ["chunked not last", "Transfer-Encoding: chunked, gzip\r\n", EMPTY_CHUNKS],
  ["chunked twice in a list", "Transfer-Encoding: chunked, chunked\r\n", EMPTY_CHUNKS],
  ["chunked twice", `${CHUNKED}${CHUNKED}`, EMPTY_CHUNKS],
  ["chunked and then identity", `${CHUNKED}Transfer-Encoding: identity\r\n`, EMPTY_CHUNKS],
  ["a coding before chunked", "Transfer-Encoding: gzip, chunked\r\n", EMPTY_CHUNKS],
  ["another word like chunked", "Transfer-Encoding: xchunked\r\n", EMPTY_CHUNKS],
  ["chunked in quotes", 'Transfer-Encoding: "chunked"\r\n', EMPTY_CHUNKS],
  ["chunked with a parameter", "Transfer-Encoding: chunked;q=1\r\n", EMPTY_CHUNKS],
  ["an empty coding", "Transfer-Encoding: \r\n", ""],
  ["a vertical tab before chunked", "Transfer-Encoding: \x0bchunked\r\n", EMPTY_CHUNKS],
  ["a blank before the colon", "Transfer-Encoding : chunked\r\n", EMPTY_CHUNKS],
  ["a coding on a folded line", "Transfer-Encoding:\r\n chunked\r\n", EMPTY_CHUNKS],
] as const) {
  refused(`framing: ${name}`, `${post(headers)}\r\n${body}`);
}

refused("framing: chunks in HTTP/1.0", `POST /x HTTP/1.0\r\n${HOST_LINE}${CHUNKED}\r\n${EMPTY_CHUNKS}`);

for (const [name, headers, body, expected] of [
  ["chunked in capitals", "Transfer-Encoding: CHUNKED\r\n", "3\r\nabc\r\n0\r\n\r\n", "abc"],
  ["a name in mixed case", "tRANSFER-eNCODING: chunked\r\n", "3\r\nabc\r\n0\r\n\r\n", "abc"],
  ["sizes with leading zeros", CHUNKED, "0003\r\nabc\r\n000\r\n\r\n", "abc"],
  ["a size in capitals", CHUNKED, "A\r\n0123456789\r\n0\r\n\r\n", "0123456789"],
  ["chunk extensions", CHUNKED, '3;a=b;c="d"\r\nabc\r\n0;e\r\n\r\n', "abc"],
  ["trailers", CHUNKED, "3\r\nabc\r\n0\r\nHost: evil\r\nX-Trailer: 3\r\n\r\n", "abc"],
  ["a request as body", "Content-Length: 32\r\n", "GET /inner HTTP/1.1\r\nHost: a\r\n\r\n", undefined],
  ["a length with leading zeros", "Content-Length: 0003\r\n", "abc", "abc"],
] as const) {
  arrives(`framing: ${name}`, post(headers), body, { line: "POST /x", body: expected ?? body });
}

/** The head is in order, so the back end may have seen a beginning; it must not see an end. */
for (const [name, body] of [
  ["a chunk size that is no number", "x\r\nabc\r\n0\r\n\r\n"],
  ["a chunk size with a sign", "+3\r\nabc\r\n0\r\n\r\n"],
  ["a chunk size in C's way", "0x3\r\nabc\r\n0\r\n\r\n"],
  ["a negative chunk size", "-1\r\nabc\r\n0\r\n\r\n"],
  ["a chunk size beyond all numbers", "fffffffffffffffff\r\nabc\r\n0\r\n\r\n"],
  ["an empty chunk size", "\r\nabc\r\n0\r\n\r\n"],
  ["a chunk longer than its size", "3\r\nabcd\r\n0\r\n\r\n"],
  ["a bare line feed behind a size", "3\nabc\r\n0\r\n\r\n"],
  ["a bare line feed behind a chunk", "3\r\nabc\n0\r\n\r\n"],
  ["a bare carriage return behind a size", "3\rabc\r\n0\r\n\r\n"],
  ["a blank before the size", " 3\r\nabc\r\n0\r\n\r\n"],
  ["a line feed in an extension", "3;a\nb\r\nabc\r\n0\r\n\r\n"],
  ["a length among the trailers", "3\r\nabc\r\n0\r\nContent-Length: 3\r\n\r\n"],
  ["a folded trailer", "3\r\nabc\r\n0\r\nA: b\r\n c\r\n\r\n"],
  ["a NUL in an extension", "3;\0\r\nabc\r\n0\r\n\r\n"],
] as const) {
  brokenOff(`framing: ${name}`, `${post(CHUNKED)}\r\n${body}`);
}

brokenOff("framing: tabs around chunked", `${post("Transfer-Encoding:\tchunked\t\r\n")}\r\n${EMPTY_CHUNKS}`);

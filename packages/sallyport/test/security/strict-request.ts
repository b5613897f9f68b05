/** A second opinion about what our requests to back ends mean: HTTP/1.1 read as strictly as RFC 9112 can be read. */

export interface StrictRequest {
  readonly method: string;
  readonly target: string;
  /** Names in lower case. */
  readonly headers: readonly (readonly [string, string])[];
  readonly body: string;
}

const REQUEST_LINE = /^([!#$%&'*+\-.^_`|~0-9A-Za-z]+) (\/[\x21-\x7e]*) HTTP\/1\.1$/;
const HEADER_LINE = /^([!#$%&'*+\-.^_`|~0-9A-Za-z]+): ?([\t\x20-\x7e\x80-\xff]*)$/;
const HOP_BY_HOP = /^(?:keep-alive|proxy-.*|te|trailer|upgrade|http2-settings|expect)$/;

/** The complete requests of a connection's bytes (each character one byte), and what is left of them. Throws for any doubt. */
export function strictRequests(bytes: string): { readonly requests: readonly StrictRequest[]; readonly rest: string } {
  const requests: StrictRequest[] = [];
  let rest = bytes;
  for (;;) {
    const next = strictRequest(rest);
    if (!next) return { requests, rest };
    requests.push(next.request);
    rest = rest.slice(next.length);
  }
}

function strictRequest(bytes: string): { readonly request: StrictRequest; readonly length: number } | undefined {
  const end = bytes.indexOf("\r\n\r\n");
  if (end < 0) return undefined;
  const [first = "", ...lines] = bytes.slice(0, end).split("\r\n");
  const [, method = "", target = ""] = REQUEST_LINE.exec(first) ?? fail(`request line ${JSON.stringify(first)}`);
  const headers = lines.map((line) => {
    const [, name = "", value = ""] = HEADER_LINE.exec(line) ?? fail(`header line ${JSON.stringify(line)}`);
    return [name.toLowerCase(), value.trim()] as const;
  });
  const values = (name: string): string[] => headers.filter(([key]) => key === name).map(([, value]) => value);
  if (values("host").length !== 1) fail(`${values("host").length} hosts`);
  const smuggled = headers.find(([name]) => HOP_BY_HOP.test(name));
  if (smuggled) fail(`hop-by-hop header ${smuggled.join(": ")}`);
  if (values("connection").join() !== "keep-alive") fail(`connection: ${values("connection").join()}`);
  const body = bodyOf(bytes.slice(end + 4), values("content-length"), values("transfer-encoding"));
  return body && { request: { method, target, headers, body: body.text }, length: end + 4 + body.length };
}

function bodyOf(
  bytes: string,
  lengths: readonly string[],
  codings: readonly string[],
): { readonly text: string; readonly length: number } | undefined {
  if (lengths.length + codings.length !== 1) fail(`framings: ${[...lengths, ...codings].join(" and ")}`);
  if (codings[0] !== undefined) return codings[0] === "chunked" ? chunks(bytes) : fail(`coding ${codings[0]}`);
  if (!/^\d+$/.test(lengths[0] ?? "")) fail(`length ${lengths[0]}`);
  const length = Number(lengths[0]);
  return bytes.length < length ? undefined : { text: bytes.slice(0, length), length };
}

function chunks(bytes: string): { readonly text: string; readonly length: number } | undefined {
  let text = "";
  let at = 0;
  for (;;) {
    const line = /^([0-9a-f]{1,8})\r\n/.exec(bytes.slice(at, at + 12));
    if (!line)
      return bytes.length - at < 12 ? undefined : fail(`chunk size ${JSON.stringify(bytes.slice(at, at + 12))}`);
    const size = Number.parseInt(line[1]!, 16);
    const data = at + line[0].length;
    if (bytes.length < data + size + 2) return undefined;
    if (bytes.slice(data + size, data + size + 2) !== "\r\n") fail("a chunk without its end");
    text += bytes.slice(data, data + size);
    at = data + size + 2;
    if (size === 0) return { text, length: at };
  }
}

function fail(what: string): never {
  throw new Error(`the back end got what is no request: ${what}`);
}

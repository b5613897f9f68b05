/** Where the lines of a destination go, as an installation configures it. */
export type LogTarget =
  | { readonly kind: "file"; readonly path: string }
  | { readonly kind: "stdout" }
  | { readonly kind: "http"; readonly url: URL; readonly encoding: "lines" | "otlp" };

const OTLP_PREFIX = "otlp+";
/** Path of the logs signal, for a URL without one: OpenTelemetry Protocol Specification, OTLP/HTTP request. */
const OTLP_PATH = "/v1/logs";

/** `stdout`, an `http(s)://` URL, the same behind `otlp+`, or a path. Throws an Error whose message states the rule. */
export function parseLogTarget(text: string): LogTarget {
  if (text === "stdout") return { kind: "stdout" };
  const otlp = text.startsWith(OTLP_PREFIX);
  const address = otlp ? text.slice(OTLP_PREFIX.length) : text;
  if (!otlp && !/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) return filePath(text);
  if (!/^https?:\/\//.test(address) || !URL.canParse(address)) {
    throw new Error("must be a path, stdout, http(s)://... or otlp+http(s)://...");
  }
  const url = new URL(address);
  if (otlp && url.pathname === "/") url.pathname = OTLP_PATH;
  return { kind: "http", url, encoding: otlp ? "otlp" : "lines" };
}

function filePath(text: string): LogTarget {
  if (text === "" || text.includes("\0")) throw new Error("must be a path, stdout or a URL");
  return { kind: "file", path: text };
}

/** The headers of a function's response, in the order that they are sent. */
import type { PayloadFormat } from "./function-response.ts";

type Members = Readonly<Record<string, unknown>>;

const NAME = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
/** What would end a header, or be refused on the wire. */
// oxlint-disable-next-line no-control-regex -- control characters are the question
const CONTROL = /[\x00-\x08\x0a-\x1f\x7f]/;
// oxlint-disable-next-line no-control-regex -- "beyond ASCII" is the question
const BEYOND_ASCII = /[^\x00-\x7f]/;

/**
 * Appends a result's headers. Format 1.0: of a name in both maps the single value comes first, then the others, each on a
 * line of its own (observed). Format 2.0: cookies come before the headers (observed). Returns what is wrong with them.
 */
export function pushHeaders(target: string[], result: Members, format: PayloadFormat): string | undefined {
  return format === "2.0" ? pushV2(target, result) : pushV1(target, result);
}

function pushV2(target: string[], { cookies, headers }: Members): string | undefined {
  return (
    (isAbsent(cookies) ? undefined : pushAll(target, "set-cookie", cookies, "cookies")) ??
    eachMember(headers, "headers", (name, value) => push(target, name, value, "headers"))
  );
}

function pushV1(target: string[], { headers, multiValueHeaders }: Members): string | undefined {
  const lists = new Map<string, { readonly name: string; values: unknown[] }>();
  const fault = eachMember(multiValueHeaders, "multiValueHeaders", (name, values) => {
    if (!Array.isArray(values)) return `multiValueHeaders.${name} must be a list`;
    const known = lists.get(name.toLowerCase());
    if (known) known.values.push(...(values as unknown[]));
    else lists.set(name.toLowerCase(), { name, values: [...(values as unknown[])] });
    return undefined;
  });
  if (fault !== undefined) return fault;
  const singles = eachMember(headers, "headers", (name, value) => push(target, name, value, "headers"));
  if (singles !== undefined) return singles;
  for (const { name, values } of lists.values()) {
    const wrong = pushAll(target, name, values, "multiValueHeaders");
    if (wrong !== undefined) return wrong;
  }
  return undefined;
}

function isAbsent(value: unknown): value is null | undefined {
  return value === undefined || value === null;
}

function eachMember(
  map: unknown,
  member: string,
  visit: (name: string, value: unknown) => string | undefined,
): string | undefined {
  if (isAbsent(map)) return undefined;
  if (typeof map !== "object" || Array.isArray(map)) return `${member} must be an object`;
  for (const [name, value] of Object.entries(map)) {
    const fault = visit(name, value);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

function pushAll(target: string[], name: string, values: unknown, member: string): string | undefined {
  if (!Array.isArray(values)) return `${member} must be a list`;
  for (const value of values as readonly unknown[]) {
    const fault = push(target, name, value, member);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

/** Numbers and booleans become text, null is no header (both unverified). */
function push(target: string[], name: string, value: unknown, member: string): string | undefined {
  if (!NAME.test(name)) return `${member} has ${JSON.stringify(name)}, which is no name of a header`;
  if (value === null) return undefined;
  if (typeof value !== "string" && typeof value !== "number" && typeof value !== "boolean") {
    return `${member}.${name} must be a text`;
  }
  const text = String(value);
  if (CONTROL.test(text)) return `${member}.${name} has a control character in its value`;
  // Texts leave as UTF-8 (our choice); on the wire a character is a byte.
  target.push(name, BEYOND_ASCII.test(text) ? Buffer.from(text, "utf8").toString("latin1") : text);
  return undefined;
}

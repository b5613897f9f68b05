/** Parameter mappings of HTTP APIs: API Gateway Developer Guide, "Transforming API requests and responses". */
import { HEADER_NAME, type MappingSide, type MappingValue, parseMappingValue, QUERY_NAME } from "./mapping-value.ts";
import { isReservedHeader } from "./reserved-headers.ts";

/** What a mapping writes. `path` is on the request side only, `statuscode` on the response side only. */
export type MappingDestination =
  | { readonly kind: "header" | "querystring"; readonly name: string }
  | { readonly kind: "path" | "statuscode" };

export type ParameterMapping =
  | { readonly kind: "append" | "overwrite"; readonly destination: MappingDestination; readonly value: MappingValue }
  | { readonly kind: "remove"; readonly destination: MappingDestination };

/**
 * Why an entry is no mapping: `key`: not `append|overwrite|remove:…`; `reserved`: the header may not be written;
 * `source`: the value reads what is not there; `status`: the status is none of 200 to 599.
 */
export type MappingFault =
  | { readonly kind: "fault"; readonly fault: "key" | "reserved" | "status" }
  | { readonly kind: "fault"; readonly fault: "source"; readonly source: string };

const KEY = /^(append|overwrite|remove):(header|querystring|path|statuscode)(?:\.(.+))?$/s;

/** Statuses that a response may be given, and that response mappings may be made for. */
export const isMappableStatus = (status: string): boolean => /^[2-5]\d\d$/.test(status);

/**
 * One entry of `requestParameters` (of an integration without a subtype) or of one status of `responseParameters`.
 * The value of a `remove` entry is not looked at: it is documented as empty and means nothing (our choice).
 */
export function parseParameterMapping(side: MappingSide, key: string, value: string): ParameterMapping | MappingFault {
  const [, action, target, name] = KEY.exec(key) ?? [];
  if (action === undefined || target === undefined) return { kind: "fault", fault: "key" };
  const destination = destinationOf(side, action, target, name);
  if (!destination) return { kind: "fault", fault: "key" };
  if (destination.kind === "header" && isReservedHeader(destination.name)) return { kind: "fault", fault: "reserved" };
  if (action === "remove") return { kind: "remove", destination };

  const parsed = parseMappingValue(side, value);
  if (parsed.kind === "fault") return { kind: "fault", fault: "source", source: parsed.source };
  if (destination.kind === "statuscode" && isConstant(parsed) && !isMappableStatus(value)) {
    return { kind: "fault", fault: "status" };
  }
  return { kind: action === "append" ? "append" : "overwrite", destination, value: parsed };
}

function destinationOf(
  side: MappingSide,
  action: string,
  target: string,
  name: string | undefined,
): MappingDestination | undefined {
  if (target === "header") return name !== undefined && HEADER_NAME.test(name) ? { kind: "header", name } : undefined;
  if (target === "querystring" && side === "request") {
    return name !== undefined && QUERY_NAME.test(name) ? { kind: "querystring", name } : undefined;
  }
  if (name !== undefined || action !== "overwrite") return undefined;
  if (target === "path" && side === "request") return { kind: "path" };
  return target === "statuscode" && side === "response" ? { kind: "statuscode" } : undefined;
}

function isConstant(value: MappingValue): boolean {
  return value.kind === "text" && value.parts.every((part) => typeof part === "string");
}

import type { MappingSide } from "../../expressions/mapping-value.ts";
import { type ParameterMapping, parseParameterMapping } from "../../expressions/parameter-mapping.ts";
import { RequestMapping } from "../../expressions/mapping/request-mapping.ts";
import { ResponseMapping } from "../../expressions/mapping/response-mapping.ts";
import type { IntegrationDocument } from "../../model/documents.ts";
import type { RouteFault } from "./route-fault.ts";

/** The parameter mappings of an integration, compiled. */
export interface BoundMapping {
  /** Undefined: the integration gets the request as it came. */
  readonly request: RequestMapping | undefined;
  /** By the status that the integration answers with; a status without entry is untouched. There is no wildcard. */
  readonly responses: ReadonlyMap<number, ResponseMapping> | undefined;
}

type Texts = Readonly<Record<string, string>>;
type Field = "RequestParameters" | "ResponseParameters";

/**
 * Undefined: nothing is mapped. What was stored is parsed again: a mapping that is none, of a reserved header for
 * example, closes the route, however it came into the ledger.
 */
export function bindMapping(document: IntegrationDocument): BoundMapping | RouteFault | undefined {
  // With a subtype, the parameters are those of the service's operation.
  const parameters = document.IntegrationSubtype === undefined ? document.RequestParameters : undefined;
  const requests = mappingsOf("request", "RequestParameters", parameters);
  if ("rule" in requests) return requests;
  const responses = new Map<number, ResponseMapping>();
  for (const [status, entries] of Object.entries(document.ResponseParameters ?? {})) {
    const mappings = mappingsOf("response", "ResponseParameters", entries);
    if ("rule" in mappings) return mappings;
    if (mappings.length > 0) responses.set(Number(status), new ResponseMapping(mappings));
  }
  if (requests.length === 0 && responses.size === 0) return undefined;
  return {
    request: requests.length > 0 ? new RequestMapping(requests) : undefined,
    responses: responses.size > 0 ? responses : undefined,
  };
}

function mappingsOf(
  side: MappingSide,
  field: Field,
  entries: Texts | undefined,
): readonly ParameterMapping[] | RouteFault {
  const mappings: ParameterMapping[] = [];
  for (const [key, value] of Object.entries(entries ?? {})) {
    const parsed = parseParameterMapping(side, key, value);
    if (parsed.kind === "fault") {
      const rule = `${key} = ${JSON.stringify(value)} is no mapping (${parsed.fault})`;
      return { field, rule, remedy: "correct the mapping, and deploy" };
    }
    mappings.push(parsed);
  }
  return mappings;
}

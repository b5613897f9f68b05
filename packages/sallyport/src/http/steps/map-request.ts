import { MappingBody } from "../../expressions/mapping/mapping-body.ts";
import { MAX_MAPPED_VALUE_BYTES } from "../../expressions/mapping/header-edits.ts";
import type { RequestMapping } from "../../expressions/mapping/request-mapping.ts";
import { BodyTooLargeError } from "../../upstream/body.ts";
import type { HttpRequest } from "../http-request.ts";
import { MappedIntegrationRequest } from "../mapped-request.ts";
import type { Step, Verdict } from "./step.ts";
import { ANSWERED } from "./step.ts";

const STEP = "map request";

/**
 * Changes what the integration is told by the mappings of its `requestParameters` (Developer Guide, Transforming API
 * requests and responses). The body is waited for only where one of them reads it.
 */
export const mapRequest: Step = (request) => {
  const bound = request.program!.bound(request.route!);
  const mapping = bound.kind === "ready" ? bound.mapping?.request : undefined;
  if (!mapping) return undefined;
  return mapping.readsBody && request.body ? withBody(request, mapping) : map(request, mapping, undefined);
};

async function withBody(request: HttpRequest, mapping: RequestMapping): Promise<Verdict> {
  try {
    const bytes = await request.bufferBody();
    return map(request, mapping, bytes && new MappingBody(bytes));
  } catch (cause) {
    if (request.exchange.aborted) return ANSWERED;
    if (!(cause instanceof BodyTooLargeError)) throw cause;
    return { status: 413, step: STEP, rule: cause.message, remedy: "send less", cause };
  }
}

function map(request: HttpRequest, mapping: RequestMapping, body: MappingBody | undefined): Verdict {
  const mapped = mapping.run({ context: request, headers: request.headers, body });
  if (mapped.kind === "too-large") {
    const rule = `a mapped ${mapped.part} is ${mapped.bytes} bytes; the limit for values is ${MAX_MAPPED_VALUE_BYTES}`;
    return { status: mapped.part === "header" ? 431 : 414, step: STEP, rule, remedy: "send a shorter value" };
  }
  request.mapped = new MappedIntegrationRequest(request, mapped);
  const { trace } = request;
  if (trace) {
    const { mappedHeaders, query, pathOverride } = mapped;
    const headers = mappedHeaders ? [...mappedHeaders].join(" ") : "none";
    const message = `headers written: ${headers}; query: ${query ?? "none"}; path: ${pathOverride ?? "the integration's"}`;
    trace.report({ step: STEP, message });
  }
  return undefined;
}

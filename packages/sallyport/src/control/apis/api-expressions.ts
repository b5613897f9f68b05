/** The two expressions of an API. Source: API Gateway V2 API Reference, Apis; "WebSocket selection expressions". */
import { isRequestBodyVariable, isSelectionExpression } from "../../expressions/selection-expression.ts";
import type { ApiDocument } from "../../model/documents.ts";
import { apiFaults } from "../faults.ts";

type Protocol = ApiDocument["ProtocolType"];

const HTTP_ROUTE_SELECTION = "$request.method $request.path";
/** Accepted, and read back as sent. */
const HTTP_ROUTE_SELECTION_BRACED = "${request.method} ${request.path}";

/** The expression of a new API (`sent` may be absent), or the one that an update sends. */
export function routeSelectionOf(protocol: Protocol, sent: string | undefined): string {
  if (protocol === "HTTP") {
    const expression = sent ?? HTTP_ROUTE_SELECTION;
    if (expression === HTTP_ROUTE_SELECTION || expression === HTTP_ROUTE_SELECTION_BRACED) return expression;
    throw apiFaults.routeSelectionHttp();
  }
  if (!sent || !isSelectionExpression(sent, isRequestBodyVariable)) throw apiFaults.routeSelectionRequired();
  return sent;
}

const API_KEY_HEADER = "$request.header.x-api-key";
const API_KEY_OF_AUTHORIZER = "$context.authorizer.usageIdentifierKey";

/** HTTP APIs know no API keys, but clients send them the default. */
export function apiKeySelectionOf(protocol: Protocol, sent: string | undefined): string {
  const expression = sent ?? API_KEY_HEADER;
  if (expression === API_KEY_HEADER) return expression;
  if (protocol === "WEBSOCKET" && expression === API_KEY_OF_AUTHORIZER) return expression;
  throw apiFaults.apiKeySelection(expression);
}

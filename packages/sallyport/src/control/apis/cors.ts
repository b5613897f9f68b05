/** `corsConfiguration` of an HTTP API. Source: API Gateway Developer Guide, "Configuring CORS for an HTTP API". */
import type { ApiDocument } from "../../model/documents.ts";
import type { Cors } from "../../model/generated/apigatewayv2.ts";
import { apiFaults } from "../faults.ts";
import { compact } from "../patch.ts";

const METHODS = new Set(["GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE", "*"]);
/** RFC 9110, "Tokens"; a lone `*` is one as well. */
const HEADER = /^[\w!#$%&'*+.^`|~-]{1,256}$/;
const ORIGIN = /^(?:\*|https?:\/\/[^\s,]+)$/i;

/** Replaced as a whole by what is sent; `{}` changes nothing: only DeleteCorsConfiguration removes it. */
export function patchCors(
  current: Cors | undefined,
  sent: Cors | undefined,
  protocol: ApiDocument["ProtocolType"],
): Cors | undefined {
  const cors = sent && corsOf(sent);
  if (cors === undefined || Object.keys(cors).length === 0) return current;
  if (protocol !== "HTTP") throw apiFaults.corsWebSocket();
  requireCors(cors);
  return cors;
}

/** As it is read back: headers in lower case, what nobody sent absent. Empty lists count as not sent (our choice). */
function corsOf(sent: Cors): Cors {
  const lowerCase = (headers: readonly string[] | undefined) => headers?.map((header) => header.toLowerCase());
  return compact({
    AllowCredentials: sent.AllowCredentials,
    AllowHeaders: filled(lowerCase(sent.AllowHeaders)),
    AllowMethods: filled(sent.AllowMethods),
    AllowOrigins: filled(sent.AllowOrigins),
    ExposeHeaders: filled(lowerCase(sent.ExposeHeaders)),
    MaxAge: sent.MaxAge,
  });
}

const filled = (list: readonly string[] | undefined) => (list?.length ? list : undefined);

function requireCors(cors: Cors): void {
  for (const header of [...(cors.AllowHeaders ?? []), ...(cors.ExposeHeaders ?? [])]) {
    if (!HEADER.test(header)) throw apiFaults.corsHeader(header);
  }
  for (const method of cors.AllowMethods ?? []) {
    if (!METHODS.has(method.toUpperCase())) throw apiFaults.corsMethod(method);
  }
  for (const origin of cors.AllowOrigins ?? []) if (!ORIGIN.test(origin)) throw apiFaults.corsOrigin(origin);
  if (cors.AllowCredentials && cors.AllowOrigins?.includes("*")) throw apiFaults.corsCredentials();
}

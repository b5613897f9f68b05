import { headerValue, type RawHeaders } from "../model/raw-headers.ts";
import type { CorsPolicy } from "../program/cors-policy.ts";

const CORS_PREFIX = "access-control-";

/** With a CORS configuration the back end's own CORS headers are discarded, whatever the request's origin. */
export function withoutCorsHeaders(headers: string[]): string[] {
  let kept = 0;
  for (let at = 0; at < headers.length; at += 2) {
    const name = headers[at]!;
    if (name.length > CORS_PREFIX.length && name.toLowerCase().startsWith(CORS_PREFIX)) continue;
    headers[kept] = name;
    headers[kept + 1] = headers[at + 1]!;
    kept += 2;
  }
  headers.length = kept;
  return headers;
}

/** Adds what lets the request's origin read the response; false when it has none or it is not allowed. */
export function pushOrigin(cors: CorsPolicy, request: RawHeaders, headers: string[]): boolean {
  const origin = headerValue(request, "origin");
  const allowed = origin === undefined ? undefined : cors.allowedOrigin(origin);
  if (allowed === undefined) return false;
  headers.push("access-control-allow-origin", allowed);
  if (allowed !== "*") headers.push("vary", "origin");
  if (cors.allowCredentials) headers.push("access-control-allow-credentials", "true");
  return true;
}

/** The CORS headers of an actual response, gateway errors included (Configuring CORS for an HTTP API). */
export function pushResponseCors(cors: CorsPolicy, request: RawHeaders, headers: string[]): void {
  if (!pushOrigin(cors, request, headers)) return;
  if (cors.exposeHeaders !== undefined) headers.push("access-control-expose-headers", cors.exposeHeaders);
}

/** The CORS headers of a preflight's answer; none when it is no preflight or from an origin that is not allowed. */
export function pushPreflightCors(cors: CorsPolicy, request: RawHeaders, headers: string[]): void {
  if (headerValue(request, "access-control-request-method") === undefined) return;
  if (!pushOrigin(cors, request, headers)) return;
  if (cors.allowMethods !== undefined) headers.push("access-control-allow-methods", cors.allowMethods);
  if (cors.allowHeaders !== undefined) headers.push("access-control-allow-headers", cors.allowHeaders);
  if (cors.maxAge !== undefined) headers.push("access-control-max-age", cors.maxAge);
}

import type { Upstream } from "../../upstream/upstream.ts";
import { requestWhole } from "../../upstream/whole-response.ts";
import { parseJsonObject } from "./json-object.ts";
import { KeySet } from "./key-set.ts";
import type { TokenFault } from "./token-fault.ts";
import { tokenFault } from "./token-fault.ts";

/** Of each of the two requests. Developer Guide, Control access to HTTP APIs with JWT authorizers. */
const FETCH_TIMEOUT_MS = 1_500;
/** Documented for key sets; for discovery documents our choice. */
const MAX_DOCUMENT_BYTES = 150_000;

/** A document that could not be had, or was not what it should be. */
class DocumentError extends Error {
  override readonly name = "DocumentError";
}

/** The keys of an issuer, found by OpenID Connect Discovery; or what a token is refused with for the lack of them. */
export async function fetchKeys(issuer: string, upstream: Upstream): Promise<KeySet | TokenFault> {
  const discovery = discoveryUrl(issuer);
  let keysUrl: URL;
  try {
    keysUrl = keysUrlOf(await fetchText(discovery, upstream), discovery);
  } catch (cause) {
    return communicationFault("OIDC discovery endpoint", discovery, cause);
  }
  try {
    const keys = KeySet.parse(await fetchText(keysUrl, upstream));
    return keys ?? communicationFault("JWKS", keysUrl, new DocumentError("the answer is no JSON Web Key Set"));
  } catch (cause) {
    return communicationFault("JWKS", keysUrl, cause);
  }
}

/** A slash at the end of the issuer does not double (OpenID Connect Discovery 1.0, 4). */
function discoveryUrl(issuer: string): URL {
  return new URL(`${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`);
}

/**
 * The document's own `issuer` is not compared: it comes from where the configured one points, and every token's `iss` is
 * compared with the configuration. Our choice.
 */
function keysUrlOf(document: string, discovery: URL): URL {
  const text = parseJsonObject(document)?.["jwks_uri"];
  if (typeof text !== "string" || !URL.canParse(text)) throw new DocumentError("the answer names no jwks_uri");
  const url = new URL(text);
  if (url.protocol === "https:" || (url.protocol === "http:" && discovery.protocol === "http:")) return url;
  throw new DocumentError(`jwks_uri ${url.href} must be https, as the issuer is`);
}

/** Redirects are not followed. */
async function fetchText(url: URL, upstream: Upstream): Promise<string> {
  const { status, body } = await requestWhole(upstream, {
    origin: url.origin,
    method: "GET",
    path: url.pathname + url.search,
    headers: ["host", url.host, "accept", "application/json", "accept-encoding", "identity", "user-agent", "sallyport"],
    body: undefined,
    timeoutMs: FETCH_TIMEOUT_MS,
    maxResponseBytes: MAX_DOCUMENT_BYTES,
  });
  if (status !== 200) throw new DocumentError(`the answer has status ${status}`);
  return Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString("utf8");
}

/** Texts as observed. */
function communicationFault(what: "OIDC discovery endpoint" | "JWKS", url: URL, cause: unknown): TokenFault {
  const why = cause instanceof Error ? cause.message : String(cause);
  return tokenFault(`${what} communication error`, "check that the issuer answers", `${url.href}: ${why}`, cause);
}

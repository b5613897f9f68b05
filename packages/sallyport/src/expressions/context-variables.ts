/**
 * `$context` variables of HTTP APIs that a request alone answers. API Gateway Developer Guide, "Customizing HTTP API
 * access logs" and "Transforming API requests and responses".
 */
import { plainAddress } from "../model/wire/peer-address.ts";
import { headerValue } from "../model/raw-headers.ts";
import type { AuthorizerResult, ClientCertificate, RequestContext } from "../model/request-context.ts";
import { requestTime } from "../model/events/request-time.ts";

/**
 * Reads one variable; undefined: it has no value for this request. What is known later (status, latencies, errors) is
 * read from a wider context: a reader of a request's facts is one of those, too.
 */
export type ContextReader<C extends RequestContext = RequestContext> = (context: C) => string | undefined;

type Iam = Extract<AuthorizerResult, { readonly kind: "iam" }>;

const iam =
  (read: (caller: Iam) => string): ContextReader =>
  ({ authorizer }) =>
    authorizer?.kind === "iam" ? read(authorizer) : undefined;

const certificate =
  (read: (shown: ClientCertificate) => string): ContextReader =>
  ({ clientCertificate }) =>
    clientCertificate && read(clientCertificate);

/** What only callers with credentials of a Cognito identity pool have, which do not exist here. */
const never: ContextReader = () => undefined;

const firstLabel = (host: string): string => {
  const dot = host.indexOf(".");
  return dot < 0 ? host : host.slice(0, dot);
};

const REQUEST: ReadonlyMap<string, ContextReader> = new Map<string, ContextReader>([
  ["accountId", (context) => context.accountId],
  ["apiId", (context) => context.apiId],
  ["customDomain.basePathMatched", (context) => context.mappingKey],
  ["domainName", (context) => context.domainName],
  ["domainPrefix", (context) => firstLabel(context.domainName)],
  ["extendedRequestId", (context) => context.requestId],
  ["httpMethod", (context) => context.method],
  // As sent; whether it is decoded is not told.
  ["path", (context) => context.path],
  ["protocol", () => "HTTP/1.1"],
  ["requestId", (context) => context.requestId],
  ["requestTime", (context) => requestTime(context.timeMs)],
  ["requestTimeEpoch", (context) => String(context.timeMs)],
  // Logs also cover requests that no route took.
  ["routeKey", (context) => context.routeKey || undefined],
  ["stage", (context) => context.stageName],
  ["identity.sourceIp", (context) => plainAddress(context.clientAddress)],
  ["identity.userAgent", (context) => headerValue(context.headers, "user-agent")],
  ["identity.accountId", iam((caller) => caller.accountId)],
  ["identity.caller", iam((caller) => caller.callerId)],
  ["identity.user", iam((caller) => caller.userId)],
  ["identity.userArn", iam((caller) => caller.userArn)],
  ["identity.principalOrgId", iam((caller) => caller.principalOrgId)],
  ["identity.cognitoAuthenticationProvider", never],
  ["identity.cognitoAuthenticationType", never],
  ["identity.cognitoIdentityId", never],
  ["identity.cognitoIdentityPoolId", never],
  ["identity.clientCert.clientCertPem", certificate((shown) => shown.clientCertPem)],
  ["identity.clientCert.subjectDN", certificate((shown) => shown.subjectDN)],
  ["identity.clientCert.issuerDN", certificate((shown) => shown.issuerDN)],
  ["identity.clientCert.serialNumber", certificate((shown) => shown.serialNumber)],
  ["identity.clientCert.validity.notBefore", certificate((shown) => shown.validity.notBefore)],
  ["identity.clientCert.validity.notAfter", certificate((shown) => shown.validity.notAfter)],
]);

const CLAIMS = "authorizer.claims.";
const AUTHORIZER = "authorizer.";

/** The reader of a variable, its name given without `$context.`; undefined: a request has no such variable. */
export function contextReader(name: string): ContextReader | undefined {
  return REQUEST.get(name) ?? authorizerReader(name);
}

function authorizerReader(name: string): ContextReader | undefined {
  if (name.startsWith(CLAIMS)) return claimReader(name.slice(CLAIMS.length));
  // All claims at once have no value (documented).
  if (name === "authorizer.claims") return never;
  if (name === "authorizer.principalId") return principalReader;
  return name.startsWith(AUTHORIZER) ? entryReader(name.slice(AUTHORIZER.length)) : undefined;
}

/** Claims are named by who issues them: `https://example.com/team` and `cognito:groups` are names like any other. */
function claimReader(claim: string): ContextReader {
  return ({ authorizer }) =>
    authorizer?.kind === "jwt" && Object.hasOwn(authorizer.claims, claim) ? authorizer.claims[claim] : undefined;
}

const principalReader: ContextReader = ({ authorizer }) =>
  authorizer?.kind === "lambda" ? (authorizer.principalId ?? entryOf(authorizer.context, "principalId")) : undefined;

function entryReader(key: string): ContextReader {
  return ({ authorizer }) => (authorizer?.kind === "lambda" ? entryOf(authorizer.context, key) : undefined);
}

function entryOf(context: Readonly<Record<string, unknown>> | null, key: string): string | undefined {
  return context && Object.hasOwn(context, key) ? valueText(context[key]) : undefined;
}

/** A JSON value where text is wanted: texts raw, null as nothing, lists and objects as compact JSON (our choice). */
export function valueText(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  return value === null || value === undefined ? undefined : JSON.stringify(value);
}

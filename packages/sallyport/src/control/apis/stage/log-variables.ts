/**
 * The `$context` variables that an access log format may use. Sources: API Gateway Developer Guide, "Customizing HTTP
 * API access logs" and "Configuring logging for a WebSocket API".
 */

const words = (prefix: string, names: string): string[] => names.split(" ").map((name) => `${prefix}${name}`);

const IDENTITY = words(
  "identity.",
  "accountId caller cognitoAuthenticationProvider cognitoAuthenticationType cognitoIdentityId cognitoIdentityPoolId " +
    "principalOrgId sourceIp user userAgent userArn",
);

const COMMON = [
  ...words("", "apiId domainName extendedRequestId integrationLatency requestId requestTime requestTimeEpoch"),
  ...words("", "awsEndpointRequestId routeKey stage status"),
  ...words("error.", "message messageString responseType"),
  ...words("integration.", "error integrationStatus latency requestId status"),
  ...IDENTITY,
];

const HTTP: ReadonlySet<string> = new Set([
  ...COMMON,
  ...words("", "accountId awsEndpointRequestId2 dataProcessed domainPrefix httpMethod integrationErrorMessage"),
  ...words("", "integrationStatus path protocol responseLatency responseLength"),
  "customDomain.basePathMatched",
  ...words("identity.clientCert.", "clientCertPem subjectDN issuerDN serialNumber"),
  ...words("identity.clientCert.validity.", "notBefore notAfter"),
]);

const WEBSOCKET: ReadonlySet<string> = new Set([
  ...COMMON,
  ...words("", "connectedAt connectionId disconnectReason disconnectStatusCode eventType messageId"),
  "error.validationErrorString",
  ...words("identity.", "apiKey apiKeyId"),
  ...["authorize.", "authenticate.", "waf."].flatMap((phase) => words(phase, "error latency status")),
]);

/** A variable's name ends before a dot that nothing follows: `$context.status.` is `status` and a full stop. */
const VARIABLE = /\$context\.([A-Za-z0-9_]+(?:\.[A-Za-z0-9_-]+)*)/g;

/** The variables of a format that the protocol's access logs do not know, each once, in the format's order. */
export function unsupportedLogVariables(format: string, protocol: "HTTP" | "WEBSOCKET"): readonly string[] {
  const known = protocol === "HTTP" ? HTTP : WEBSOCKET;
  const names = [...format.matchAll(VARIABLE)].map(([, name = ""]) => name);
  // What an authorizer returns is named by its author.
  const unsupported = names.filter((name) => !known.has(name) && !name.startsWith("authorizer."));
  return [...new Set(unsupported)].map((name) => `$context.${name}`);
}

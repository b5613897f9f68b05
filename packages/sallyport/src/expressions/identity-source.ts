/** A value of the request that an authorizer needs, and that its cache is keyed by. */
export interface IdentitySource {
  readonly kind: "header" | "querystring" | "context" | "stageVariable";
  readonly name: string;
}

const HTTP = /^\$(request\.header|request\.querystring|context|stageVariables)\.([^\s,{}]+)$/;
const WEBSOCKET = /^(route\.request\.header|route\.request\.querystring|context|stageVariables)\.([^\s,{}]+)$/;

const KINDS: Readonly<Record<string, IdentitySource["kind"]>> = {
  "request.header": "header",
  "request.querystring": "querystring",
  "route.request.header": "header",
  "route.request.querystring": "querystring",
  context: "context",
  stageVariables: "stageVariable",
};

/**
 * `$request.header.x`, `$request.querystring.x`, `$context.x`, `$stageVariables.x`. API Gateway Developer Guide,
 * "Working with AWS Lambda authorizers for HTTP APIs".
 */
export function parseHttpIdentitySource(text: string): IdentitySource | undefined {
  return identitySource(HTTP, text);
}

/**
 * `route.request.header.x`, `route.request.querystring.x`, `context.x`, `stageVariables.x`. API Gateway Developer
 * Guide, "Control access to WebSocket APIs with AWS Lambda REQUEST authorizers".
 */
export function parseWebSocketIdentitySource(text: string): IdentitySource | undefined {
  return identitySource(WEBSOCKET, text);
}

function identitySource(pattern: RegExp, text: string): IdentitySource | undefined {
  const [, root = "", name] = pattern.exec(text) ?? [];
  const kind = KINDS[root];
  return kind === undefined || name === undefined ? undefined : { kind, name };
}

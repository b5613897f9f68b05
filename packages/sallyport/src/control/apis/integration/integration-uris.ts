/**
 * The forms that an integration's or an authorizer's URI may have. Only shapes are looked at; stage variables may stand
 * for the name and the qualifier of a function, and for any part of a URL but its scheme. API Gateway V2 API Reference,
 * "Integration"; API Gateway Developer Guide, "Using stage variables for HTTP APIs".
 */

const STAGE_VARIABLE = /\$\{stageVariables\.\w+\}/g;
const PATH_VARIABLE = /\{[\w.:-]+\+?\}/g;
const FUNCTION_ARN = /^arn:aws[a-z-]*:lambda:[a-z0-9-]+:\d{12}:function:[\w-]+(?::(?:\$LATEST|[\w-]+))?$/;
const INVOCATION_ARN =
  /^arn:aws[a-z-]*:apigateway:[a-z0-9-]+:lambda:path\/2015-03-31\/functions\/(?<function>.+)\/invocations$/;
const SERVICE_ARN = /^arn:aws[a-z-]*:apigateway:[a-z0-9-]+:[a-z0-9.-]+:(?:action|path)\/.+$/;
const LISTENER_ARN =
  /^arn:aws[a-z-]*:elasticloadbalancing:[a-z0-9-]+:\d{12}:listener\/(?:app|net)\/[^/]+\/[^/]+\/[^/]+$/;
const CLOUD_MAP_ARN = /^arn:aws[a-z-]*:servicediscovery:[a-z0-9-]+:\d{12}:service\/[^/?]+(?:\?.*)?$/;
const ROLE_ARN = /^arn:aws[a-z-]*:iam::\d{12}:role\/.+$/;
/** The caller's own credentials. */
const CALLER_ARN = /^arn:aws[a-z-]*:iam::\*:user\/\*$/;

/** Whether what the name stands for is known only once a stage is. */
export function hasStageVariable(text: string): boolean {
  return text.search(STAGE_VARIABLE) >= 0;
}

/** An absolute `http` or `https` URL, variables in it filled in with something harmless. */
export function isHttpUrl(uri: string): boolean {
  if (!/^https?:\/\/[^/?#\s]/i.test(uri) || /\s/.test(uri)) return false;
  return URL.canParse(uri.replace(STAGE_VARIABLE, "1").replace(PATH_VARIABLE, "1"));
}

/** The ARN of the function that a function ARN or an invocation ARN names, as written. */
export function functionArnOf(uri: string): string | undefined {
  const arn = INVOCATION_ARN.exec(uri)?.groups?.["function"] ?? uri;
  return FUNCTION_ARN.test(arn.replace(STAGE_VARIABLE, "x")) ? arn : undefined;
}

/** `arn:…:apigateway:…:lambda:path/2015-03-31/functions/{function ARN}/invocations`. */
export function isInvocationArn(uri: string): boolean {
  return INVOCATION_ARN.test(uri) && functionArnOf(uri) !== undefined;
}

/** `arn:…:apigateway:{region}:{service}:{action|path}/…`. */
export function isServiceArn(uri: string): boolean {
  return SERVICE_ARN.test(uri.replace(STAGE_VARIABLE, "x"));
}

export function isListenerArn(uri: string): boolean {
  return LISTENER_ARN.test(uri);
}

/** A Cloud Map service, with or without a query that selects its instances. */
export function isCloudMapArn(uri: string): boolean {
  return CLOUD_MAP_ARN.test(uri);
}

/** A role that the gateway can take on. */
export function isRoleArn(arn: string): boolean {
  return ROLE_ARN.test(arn.replace(STAGE_VARIABLE, "x"));
}

/** What an integration may have as its credentials: a role, or the caller's own. */
export function isCredentialsArn(arn: string): boolean {
  return isRoleArn(arn) || CALLER_ARN.test(arn);
}

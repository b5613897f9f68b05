/**
 * The texts of the control plane, all in one table, so that a finding about the real service is a one-line change.
 * Source: the API Gateway V2 API Reference and texts that users of the real service have published. (U) marks texts
 * that nobody has published: they are our choice.
 */
import { AwsError, badRequest, conflict, notFound, tooMany } from "../model/errors.ts";

const findings = (error: string): string => `Validation Result: warnings : [], errors : [${error}]`;

/** Unknown ids. 404 unless a row says otherwise. */
export const unknown = {
  api: (account: string, apiId: string) => notFound(`Invalid API identifier specified ${account}:${apiId}`),
  route: (id: string) => notFound(`Invalid Route identifier specified ${id}`),
  routeResponse: (id: string) => notFound(`Invalid RouteResponse identifier specified ${id}`), // (U)
  requestParameter: (key: string) => notFound(`Invalid request parameter identifier specified ${key}`), // (U)
  integration: (id: string) => notFound(`Invalid Integration identifier specified ${id}`),
  integrationResponse: (id: string) => notFound(`Invalid IntegrationResponse identifier specified ${id}`),
  authorizer: (id: string) => notFound(`Invalid Authorizer identifier specified ${id}`),
  model: (id: string) => notFound(`Invalid Model identifier specified ${id}`),
  vpcLink: (id: string) => notFound(`Invalid VpcLink identifier specified ${id}`),
  stage: () => notFound("Invalid stage identifier specified"),
  deployment: () => notFound("Invalid deployment identifier specified"), // (U)
  domainName: () => notFound("Invalid domain name identifier specified"),
  apiMapping: (id: string) => notFound(`Unable to find ApiMapping with ID ${id}`),
  routingRule: (id: string) => notFound(`Unable to find RoutingRule with ID ${id}`), // (U)
};

export const apiFaults = {
  name: () => badRequest("Invalid API name specified"),
  protocol: () => badRequest("Invalid protocol specified. Must be one of [HTTP, WEBSOCKET]"),
  routeSelectionRequired: () => badRequest("Invalid routeSelectionExpression"),
  routeSelectionHttp: () =>
    badRequest('Route selection expression is currently limited to "${request.method} ${request.path}"'),
  apiKeySelection: (value: string) => badRequest(`Invalid apiKeySelectionExpression specified: ${value}`), // (U)
  corsWebSocket: () => badRequest("Cors is not supported for WEBSOCKET protocolType"),
  corsCredentials: () => badRequest("allow-credentials is not supported if 'allow-origin' is *"),
  corsOrigin: (value: string) =>
    badRequest(`Invalid format for origin ${value}. Origins must be *, or start with http:// or https://`), // (U)
  corsMethod: (value: string) => badRequest(`Invalid value for allow-method: ${value}`), // (U)
  corsMaxAge: (value: number) => badRequest(`Invalid value for max-age: ${value}. Must be between -1 and 86400`), // (U)
  corsHeader: (value: string) => badRequest(`Invalid value for header name: ${value}`), // (U)
  mapped: (apiId: string) =>
    badRequest(
      `Deleting API ${apiId} failed. Please remove all API mappings for the API from your custom domain names.`,
    ),
  quickCreateWebSocket: () => badRequest("Quick create is not supported for WEBSOCKET protocolType"), // (U)
  quickCreateTarget: () => badRequest("routeKey and credentialsArn can only be set together with target"), // (U)
  notQuickCreated: (apiId: string) =>
    badRequest(`API ${apiId} was not created with quick create: target, routeKey and credentialsArn can not be set`), // (U)
  managed: (what: string) => badRequest(`Managed resources cannot be ${what}`), // (U)
  httpOnly: (member: string) => badRequest(`${member} is not supported for WEBSOCKET protocolType`), // (U)
  webSocketOnly: (member: string) => badRequest(`${member} is not supported for HTTP protocolType`), // (U)
};

export const integrationFaults = {
  httpProxyOnly: () =>
    badRequest(
      "Currently, an API with a protocol type of HTTP may only be associated with proxy integrations (AWS_PROXY, HTTP_PROXY)",
    ),
  payloadRequired: () => badRequest("PayloadFormatVersion is a required parameter for integration"),
  payloadUnknown: (version: string) => badRequest(`Unsupported PayloadFormatVersion: ${version}`),
  payloadHttpProxy: (version: string) =>
    badRequest(`PayloadFormatVersion ${version} is not supported for integration of type HTTP_PROXY`),
  methodRequired: (type: string) =>
    badRequest(`HttpMethod parameter method must be specified for integrationType ${type.replace("_", "")}`),
  timeout: (maximumMs: number) => badRequest(`Timeout should be between 50 ms and ${maximumMs} ms`),
  target: () => badRequest("Either integrationSubtype or integrationUri must be specified"),
  subtype: (subtype: string) => badRequest(`Operation: ${subtype} is not supported.`),
  subtypeRole: (subtype: string) =>
    badRequest(`Role ARN must be specified for AWS integration configuration with Subtype: ${subtype}`),
  subtypeParameters: (subtype: string, missing: readonly string[]) =>
    badRequest(
      `Operation: ${subtype} requires enabling passthrough, or defining all of the following parameters: ${missing.join(", ")}`,
    ),
  subtypeUnknownParameter: (subtype: string, name: string) =>
    badRequest(`Operation: ${subtype} does not support the parameter ${name}`), // (U)
  subtypeMissingInUpdate: () => badRequest("Invalid integration URI specified"),
  vpcLinkRequired: () => badRequest("ConnectionId must be set to vpcLinkId for ConnectionType VPC_LINK"),
  vpcLinkUri: () =>
    badRequest(
      "For VpcLink VPC_LINK, integration uri should be a valid ELB listener ARN or a valid Cloud Map service ARN.",
    ),
  listener: () => badRequest("Unable to retrieve listener port and load balancer DNS name from ELB listener"),
  httpUri: (uri: string) => badRequest(`Invalid HTTP endpoint specified for URI: ${uri}`), // (U)
  arn: () => badRequest("Invalid ARN specified in the request"), // (U)
  role: () => badRequest("Invalid role ARN"),
  requestMapping: (detail: string) =>
    badRequest(`Invalid mapping expression specified: ${findings(`Invalid Request Actioned Parameter ${detail}`)}`),
  responseMapping: (detail: string) =>
    badRequest(`Invalid mapping expression specified: ${findings(`Invalid Response Actioned Parameter ${detail}`)}`),
  source: (source: string, destination: string) =>
    badRequest(
      `Invalid selection expression specified: ${findings(`Invalid source: ${source} specified for destination: ${destination}`)}`,
    ),
  status: (status: string) => badRequest(`Status Code ${status} is not valid`),
  responsesHttp: () => badRequest("IntegrationResponses are currently not supported for this API protocol type."),
  responseExists: (key: string) => conflict(`IntegrationResponse with key ${key} already exists for this integration`), // (U)
  responseKey: (key: string) => badRequest(`Invalid integration response key specified: ${key}`), // (U)
  inUse: (routeIds: readonly string[]) =>
    conflict(
      `Cannot delete Integration because it is referenced by the following Routes with Ids: [${routeIds.join(", ")}]`,
    ),
  webSocketMember: (member: string) => badRequest(`${member} is not supported for WEBSOCKET protocolType`), // (U)
  method: (method: string) => badRequest(`Invalid HTTP method specified: ${method}`), // (U)
  subtypeUri: () => badRequest("IntegrationUri can not be set together with integrationSubtype"), // (U)
  vpcLinkType: (type: string) => badRequest(`ConnectionType VPC_LINK is not supported for integrationType ${type}`), // (U)
  selectionExpression: (member: string, value: string) => badRequest(`Invalid ${member} specified: ${value}`), // (U)
};

export const routeFaults = {
  scopeCount: (maximum: number) => badRequest(`A route can have at most ${maximum} authorization scopes`), // (U)
  selectionExpression: (member: string, value: string) => badRequest(`Invalid ${member} specified: ${value}`), // (U)
  exists: (key: string) => conflict(`Route with key ${key} already exists for this API`),
  format: () =>
    badRequest(
      'The provided route key is not formatted properly for HTTP protocol. Format should be "<HTTP METHOD> /<RESOURCE PATH>" or "$default"',
    ),
  webSocketKey: (key: string) =>
    badRequest(`The provided route key ${key} is not formatted properly for WEBSOCKET protocol.`), // (U)
  part: () =>
    badRequest(
      "One or more path parts appear to be invalid. Parts are validated against this regular expression: ^(\\{[\\w.:-]+\\+?\\}|[a-zA-Z0-9.:_-]+)$",
    ),
  greedy: () => badRequest("Greedy path variables must be the last part of the route's path"), // (U)
  repeatedVariable: (name: string) => badRequest(`The path variable ${name} is used more than once in the route key`), // (U)
  level: (added: string, existing: string) =>
    conflict(
      `The provided route key "${added}" has a conflicting variable on the same hierarchical level as "${existing}"`,
    ),
  target: () =>
    badRequest("Unexpected or malformed target in route. Correct format should be integrations/<integration_id>."),
  apiKeyHttp: () => badRequest("ApiKeyRequired is not currently supported for HTTP APIs."),
  scopes: () => badRequest("Authorization Scopes are only valid for COGNITO_USER_POOLS and JWT authorization type"),
  authorizer: (type: "JWT" | "CUSTOM") =>
    badRequest(
      `Invalid authorizer ID specified. Setting the authorization type to ${type} requires a valid ${type === "JWT" ? "JWT" : "REQUEST"} authorizer.`,
    ), // the CUSTOM form is (U)
  authorizationType: (type: string) =>
    badRequest(`Authorization type ${type} is not supported for this API protocol type`), // (U)
  connectOnly: () => badRequest("Currently, authorization is restricted to the $connect route only"),
  parametersConnectOnly: () => badRequest("Request parameters are restricted to the $connect route only"), // (U)
  length: () => badRequest("The provided route key is too long, or has characters that can not be stored"), // (U)
  parameterKey: (key: string) => badRequest(`Invalid request parameter specified: ${key}`), // (U)
  httpMember: (member: string) => badRequest(`${member} is not supported for HTTP protocolType`), // (U)
  unknownModel: (name: string) => badRequest(`Invalid model name specified: ${name}`), // (U)
  responsesHttp: () => badRequest("RouteResponses are currently not supported for this API protocol type."),
  responseKey: () => badRequest("Currently, only $default is supported as a RouteResponseKey."),
  responseExists: () => conflict("RouteResponse with key $default already exists for this route"), // (U)
};

const findingsText = findings;

export const authorizerFaults = {
  payloadRequired: () => badRequest("AuthorizerPayloadFormatVersion is a required parameter for REQUEST authorizer"),
  payloadUnknown: (version: string) => badRequest(`AuthorizerPayloadFormatVersion ${version} is not supported`),
  uri: () => badRequest("AuthorizerUri is a required field in an Authorizer"),
  uriArn: () => badRequest("Invalid Authorizer URI specified"), // (U)
  simple: () => badRequest('EnableSimpleResponses can only be set for AuthorizerPayloadFormatVersion "2.0".'),
  ttl: () => badRequest("Authorizer result TTL outside allowable range. TTL must be between 0 and 3600 seconds."),
  ttlSource: () => badRequest("Identity source must be set if authorizer caching is enabled (TTL is greater than 0)"),
  sourceHttp: (source: string) =>
    badRequest(
      `Invalid identity source expression: ${source}. The source must be a request header, request querystring, stage variable or context parameter`,
    ),
  sourceJwt: () => badRequest("JWT authorizers must have exactly one identity source: a request header or querystring"), // (U)
  sourceWebSocket: (source: string) => badRequest(`Invalid request identity source expression: ${source}`), // tail unknown
  typeWebSocket: () =>
    badRequest("Invalid authorizer type. Only REQUEST authorizer type is supported on WEBSOCKET protocol Apis."),
  webSocketMember: (member: string) => badRequest(`${member} cannot be set for WEBSOCKET protocol Apis.`),
  jwtRequired: () => badRequest("JwtConfiguration must not be null for JWT Authorizer"),
  audience: () => badRequest("Audience must not be empty for JWT Authorizer"), // (U)
  audienceCount: (maximum: number) => badRequest(`A JWT authorizer can have at most ${maximum} audiences`), // (U)
  name: () => badRequest("Authorizer name must not be empty"), // (U)
  typeInUse: (name: string, routeKeys: readonly string[]) =>
    conflict(`Cannot change the type of authorizer '${name}', is referenced in route: ${routeKeys.join(", ")}`), // (U)
  issuer: () => badRequest("Invalid issuer: Issuer is not a valid URL for JWT Authorizer"),
  discovery: (issuer: string, detail: string) =>
    badRequest(
      `Caught exception when connecting to ${issuer}/.well-known/openid-configuration for issuer ${issuer}. Please try again later. Error: ${detail}`,
    ),
  jwtMember: (member: string) => badRequest(`${member} cannot be set for a JWT authorizer`), // (U)
  requestMember: (member: string) => badRequest(`${member} cannot be set for a REQUEST authorizer`), // (U)
  inUse: (name: string, routeKeys: readonly string[]) =>
    conflict(`Cannot delete authorizer '${name}', is referenced in route: ${routeKeys.join(", ")}`),
};

export const modelFaults = {
  http: () => badRequest("Currently, Models are not permitted for APIs with a protocol type of HTTP"),
  name: (name: string) => badRequest(`Model name must be alphanumeric: ${name}`),
  exists: (name: string) => conflict(`Model with name ${name} already exists for this API`), // (U)
  schema: (detail: string) =>
    badRequest(`Invalid model specified: ${findingsText(`Invalid model schema specified. ${detail}`)}`),
  inUse: (name: string, routeKey: string) =>
    conflict(`Cannot delete model '${name}', is referenced in route: ${routeKey}`), // (U)
  renameInUse: (name: string, routeKey: string) =>
    conflict(`Cannot rename model '${name}', is referenced in route: ${routeKey}`), // (U)
  total: (maximumBytes: number) => badRequest(`The models of an API can have at most ${maximumBytes} bytes together`), // (U)
};

export const stageFaults = {
  exists: () => conflict("Stage already exists"),
  name: () => badRequest("Stage name only allows a-zA-Z0-9_"),
  routeSettings: (key: string) => notFound(`Unable to find Route by key ${key} within the provided RouteSettings`),
  executionLogs: () => badRequest("Execution logs are not supported on protocolType HTTP"),
  loggingRole: () => badRequest("CloudWatch Logs role ARN must be set in account settings to enable logging"),
  logFormat: () => badRequest("Access Log format must include either $context.requestId or $context.extendedRequestId"),
  logIncomplete: () => badRequest("Access Log value missing. Expected destinationArn and format."),
  logDestination: (arn: string) => badRequest(`Invalid access log destination specified: ${arn}`), // (U)
  logVariables: (names: readonly string[]) =>
    badRequest(`The following context variables are not supported: [${names.join(", ")}]`),
  logFormatLines: () => badRequest("Access Log format must be a single line of at most 3 KB"), // (U)
  autoDeployDeployment: () => badRequest("Deployment ID cannot be set on this stage because AutoDeploy is enabled."),
  variable: (name: string, value: string) =>
    badRequest(
      `Invalid stage variable specified: ${name}=${value}. Names take letters, digits and _ (at most 64), values at most 512 of A-Za-z0-9-._~:/?#&=,`,
    ), // (U)
  variables: (maximum: number) => badRequest(`A stage can have at most ${maximum} stage variables`), // (U)
  throttling: (member: string) => badRequest(`${member} must not be negative`), // (U)
  mapped: (stage: string, mappings: readonly string[]) =>
    badRequest(
      `Deleting stage ${stage} failed. Please remove all base path mappings related to the stage in your domains: ${mappings.join(", ")}`,
    ), // (U)
};

export const deploymentFaults = {
  noRoutes: (protocol: string | undefined) =>
    badRequest(
      protocol === "WEBSOCKET"
        ? "At least one route is required before deploying the Api"
        : "Unable to deploy API because no routes exist in this API",
    ),
  autoDeployStage: (stage: string) =>
    badRequest(`Stage ${stage} is updated automatically because AutoDeploy is enabled: it can not be deployed to`), // (U)
  inUse: () => badRequest("Active stages pointing to this deployment must be moved or deleted"), // (U)
};

export const domainNameFaults = {
  name: (name: string) =>
    badRequest(
      `Invalid domain name specified: ${name}. Domain names take lower case letters, digits, hyphens and dots; the first label may be *`,
    ), // (U)
  exists: () => badRequest("The domain name you provided already exists."),
  otherAccount: () =>
    badRequest("The domain name you provided conflicts with a domain name that another account owns."), // (U)
  configuration: () => badRequest("Invalid input. Expected one domain name configuration"),
  edge: () =>
    badRequest(
      "Only REGIONAL domain names can be managed through the API Gateway V2 API. For EDGE domain names, please use the API Gateway V1 API. Also note that only REST APIs can be attached to EDGE domain names.",
    ),
  securityPolicy: () =>
    badRequest(
      "Only REGIONAL domain names with a security policy of TLS 1.2 can be managed through the API Gateway V2 API. For TLS 1.0 domain names, please use the API Gateway V1 API to upgrade your security policy to TLS 1.2. Currently, only REST APIs can be attached to a domain name with a security policy of TLS 1.0.",
    ),
  certificateRequired: (endpointType: string) =>
    badRequest(`A certificate was not provided for the endpoint type ${endpointType}.`),
  certificateRegion: (arn: string, region: string) =>
    badRequest(`Invalid certificate ARN: ${arn}. Certificate must be in '${region}'.`),
  certificateAccount: () => badRequest("The certificate provided must be owned by the account creating the domain."),
  truststoreUri: (uri: string) =>
    badRequest(`Invalid truststore URI specified: ${uri}. Format should be s3://bucket-name/key-name`), // (U)
  truststoreUriRequired: () => badRequest("truststoreUri is required for mutual TLS authentication"), // (U)
  truststoreEndpoint: () => badRequest("Mutual TLS is only supported for REGIONAL domain names"), // (U)
};

export const apiMappingFaults = {
  characters: () => badRequest("An ApiMapping key may contain only letters, numbers and one of $-_.+!*'()"),
  leadingSlash: () => badRequest("API mapping key should not start with a '/' or have consecutive '/'s."),
  trailingSlash: () => badRequest("API mapping key should not end with a '/'."),
  length: (maximum: number) => badRequest(`API mapping key should not be longer than ${maximum} characters.`), // (U)
  exists: () => conflict("ApiMapping key already exists for this domain name"),
  api: (apiId: string) => badRequest(`Invalid API identifier specified: ${apiId}`),
  stage: () => badRequest("Invalid stage identifier specified"),
  mixed: () =>
    badRequest(
      "Mixing of REST APIs and HTTP APIs on the same domain name can only be accomplished through API Gateway's V2 DomainName interface. Currently, WebSocket APIs can only be attached to a domain name with other WebSocket APIs. This must also occur through API Gateway's V2 DomainName interface.",
    ),
  multiLevelWebSocket: () => badRequest("Multi-level API mapping keys are not supported for WEBSOCKET APIs."), // (U)
  multiLevelEdge: () => badRequest("Multi-level API mapping keys require a REGIONAL domain name with TLS 1.2."), // (U)
  routingRuleOnly: () =>
    badRequest("API mappings can not be created for a domain name with the routing mode ROUTING_RULE_ONLY."), // (U)
  quota: () =>
    tooMany(
      "Maximum number of multi-level ApiMappings for this domain name has been reached.  Please contact AWS if you need additional ApiMappings.",
    ), // (U)
};

/** Nobody has published the texts of this family: all are (U). */
export const routingRuleFaults = {
  mode: () => badRequest("Routing rules can not be set for a domain name with the routing mode API_MAPPING_ONLY."),
  priorityTaken: (priority: number) =>
    conflict(`A routing rule with priority ${priority} already exists for this domain name`),
  quota: () =>
    tooMany(
      "Maximum number of RoutingRules for this domain name has been reached.  Please contact AWS if you need additional RoutingRules.",
    ),
  actions: () => badRequest("A routing rule must have exactly one action"),
  target: (protocol: string) => badRequest(`Routing rules can not invoke APIs with a protocol type of ${protocol}`),
  condition: () => badRequest("A condition must hold either matchHeaders or matchBasePaths"),
  headerConditions: () => badRequest("A routing rule can have at most two matchHeaders conditions"),
  basePathConditions: () => badRequest("A routing rule can have at most one matchBasePaths condition"),
  anyOf: (member: string) => badRequest(`${member} must have exactly one element in anyOf`),
  header: (name: string) =>
    badRequest(
      `Invalid header name in condition: ${name}. Names have 1 to 39 characters of a-z, A-Z, 0-9 and ?-!#$%&'.^_\`|~`,
    ),
  headerForbidden: (name: string) => badRequest(`The header ${name} can not be used in a condition`),
  glob: (value: string) =>
    badRequest(
      `Invalid valueGlob in condition: ${value}. A value has 1 to 127 characters (39 with * on both sides), and * only at its beginning and end`,
    ),
  basePath: (path: string) =>
    badRequest(
      `Invalid base path in condition: ${path}. A base path has 1 to 127 letters, numbers and $-_.+!*'()/, and does not begin or end with a slash`,
    ),
};

export const vpcLinkFaults = {
  name: () => badRequest("Invalid vpc link name specified"), // (U)
  subnets: () => badRequest("SubnetIds for a vpc link cannot be empty"),
  subnetCount: (maximum: number) => badRequest(`A vpc link can have at most ${maximum} subnets`), // (U)
  inUse: (id: string, routeIds: readonly string[]) =>
    badRequest(
      `Cannot delete vpc link. Vpc link '${id}', is referenced in [${routeIds.map((route) => `ANY:${route}`).join(", ")}] in format of [Method:Resource].`,
    ),
};

export const tagFaults = {
  arn: (arn: string) => badRequest(`Invalid resource ARN specified: ${arn}`), // (U)
  count: (maximum: number) => badRequest(`A resource can have at most ${maximum} tags`), // (U)
  key: (key: string) =>
    badRequest(`Invalid tag key specified: ${key}. Keys are 1 to 128 of letters, digits, blanks and _.:/=+-@`), // (U)
  value: (key: string) =>
    badRequest(`Invalid value for tag ${key}. Values are 0 to 256 of letters, digits, blanks and _.:/=+-@`), // (U)
  reserved: (key: string) => badRequest(`Invalid tag key specified: ${key}. The prefix aws: is reserved`), // (U)
};

/** Which of the published texts goes with what is (U); `detail` is for the log, not for the caller. */
export const importFaults = {
  invalid: (detail: string, cause?: unknown) => badRequest("Invalid OpenAPI input.", new Error(detail, { cause })),
  integration: (path: string, detail: string, cause?: unknown) =>
    badRequest(
      `Unable to parse API definition because of a malformed integration at path ${path}.`,
      new Error(detail, { cause }),
    ),
  security: (where: string) =>
    badRequest(`Unable to parse API definition because of more than one security requirement at ${where}.`), // (U)
  basePath: (value: string) =>
    badRequest(`Invalid basepath specified: ${value}. Must be one of [ignore, prepend, split]`), // (U)
  warnings: (warnings: readonly string[]) =>
    badRequest(`Warnings found during import:${warnings.map((warning) => `\n\t${warning}`).join("")}`),
  webSocket: () => badRequest("Import is not supported for WEBSOCKET protocolType"), // (U)
};

export const exportFaults = {
  specification: (value: string) => badRequest(`Invalid export specification: ${value}. Must be OAS30`), // (U)
  outputType: (value: string) => badRequest(`Invalid outputType: ${value}. Must be one of [JSON, YAML]`), // (U)
  version: (value: string) => badRequest(`Invalid exportVersion: ${value}. Must be 1.0`), // (U)
  webSocket: () => badRequest("Export is not supported for WEBSOCKET protocolType"), // (U)
};

export const pagingFaults = {
  token: () => badRequest("Invalid nextToken specified"), // (U)
  maxResults: (value: string) => badRequest(`Invalid maxResults specified: ${value}`), // (U)
};

export const serviceFaults = {
  /** Two blanks between the sentences, as reported. */
  quota: (what: string) =>
    tooMany(
      `Maximum number of ${what} for this API has been reached.  Please contact AWS if you need additional ${what}.`,
    ),
  accountQuota: (what: string) =>
    tooMany(
      `Maximum number of ${what} for this account has been reached.  Please contact AWS if you need additional ${what}.`,
    ),
  notSupported: (operation: string) =>
    new AwsError(
      "UnknownOperationException",
      400,
      `${operation} is not supported yet: Sallyport serves HTTP and WebSocket APIs, not developer portals`,
    ),
  reference: (kind: string, name: string, detail: string) =>
    badRequest(`The ${kind} ${name} can not be used: ${detail}`), // our choice, with strict references only
};

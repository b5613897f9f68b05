import { after, before, describe, it } from "node:test";
import type { Harness } from "../harness.ts";
import { assertFails, createApi, openApis, type Protocol } from "./fixtures.ts";

const FORMAT =
  'The provided route key is not formatted properly for HTTP protocol. Format should be "<HTTP METHOD> /<RESOURCE PATH>" or "$default"';
const PART =
  "One or more path parts appear to be invalid. Parts are validated against this regular expression: ^(\\{[\\w.:-]+\\+?\\}|[a-zA-Z0-9.:_-]+)$";

describe("routes that are refused", () => {
  let harness: Harness;
  const apis = { HTTP: "", WEBSOCKET: "" };
  before(async () => {
    harness = await openApis();
    for (const protocol of ["HTTP", "WEBSOCKET"] as const) apis[protocol] = await createApi(harness, protocol);
  });
  after(() => harness.close());

  const refused: readonly (readonly [string, Protocol, object, number, string | RegExp])[] = [
    ["a lower-case method", "HTTP", { RouteKey: "get /x" }, 400, FORMAT],
    ["an unknown method", "HTTP", { RouteKey: "TRACE /x" }, 400, FORMAT],
    ["$connect on HTTP", "HTTP", { RouteKey: "$connect" }, 400, FORMAT],
    ["a key without path", "HTTP", { RouteKey: "GET" }, 400, FORMAT],
    ["an empty key", "HTTP", { RouteKey: "" }, 400, FORMAT],
    ["a trailing slash", "HTTP", { RouteKey: "GET /x/" }, 400, PART],
    ["a half variable", "HTTP", { RouteKey: "GET /x{y}" }, 400, PART],
    ["a greedy variable in the middle", "HTTP", { RouteKey: "GET /{p+}/x" }, 400, /[Gg]reedy/],
    ["a variable twice", "HTTP", { RouteKey: "GET /{p}/x/{p}" }, 400, /variable p/],
    ["a reserved WebSocket key", "WEBSOCKET", { RouteKey: "$join" }, 400, /\$join/],
    ["an empty WebSocket key", "WEBSOCKET", { RouteKey: "" }, 400, /WEBSOCKET/],
    [
      "a target of another form",
      "HTTP",
      { RouteKey: "GET /x", Target: "integration/x" },
      400,
      "Unexpected or malformed target in route. Correct format should be integrations/<integration_id>.",
    ],
    [
      "an unknown integration",
      "HTTP",
      { RouteKey: "GET /x", Target: "integrations/nowhere" },
      404,
      "Invalid Integration identifier specified nowhere",
    ],
    [
      "an API key on HTTP",
      "HTTP",
      { RouteKey: "GET /x", ApiKeyRequired: true },
      400,
      "ApiKeyRequired is not currently supported for HTTP APIs.",
    ],
    [
      "scopes without JWT",
      "HTTP",
      { RouteKey: "GET /x", AuthorizationScopes: ["a"] },
      400,
      "Authorization Scopes are only valid for COGNITO_USER_POOLS and JWT authorization type",
    ],
    [
      "JWT without an authorizer",
      "HTTP",
      { RouteKey: "GET /x", AuthorizationType: "JWT" },
      400,
      "Invalid authorizer ID specified. Setting the authorization type to JWT requires a valid JWT authorizer.",
    ],
    [
      "CUSTOM with an unknown authorizer",
      "HTTP",
      { RouteKey: "GET /x", AuthorizationType: "CUSTOM", AuthorizerId: "nobody" },
      400,
      "Invalid authorizer ID specified. Setting the authorization type to CUSTOM requires a valid REQUEST authorizer.",
    ],
    ["a model selection on HTTP", "HTTP", { RouteKey: "GET /x", ModelSelectionExpression: "a" }, 400, /ModelSelection/],
    ["request models on HTTP", "HTTP", { RouteKey: "GET /x", RequestModels: { a: "b" } }, 400, /RequestModels/],
    [
      "JWT on WebSocket",
      "WEBSOCKET",
      { RouteKey: "$connect", AuthorizationType: "JWT" },
      400,
      /Authorization type JWT is not supported/,
    ],
    [
      "scopes on WebSocket",
      "WEBSOCKET",
      { RouteKey: "$connect", AuthorizationScopes: ["a"] },
      400,
      /^Authorization Scopes/,
    ],
    [
      "authorization off $connect",
      "WEBSOCKET",
      { RouteKey: "join", AuthorizationType: "AWS_IAM" },
      400,
      "Currently, authorization is restricted to the $connect route only",
    ],
    [
      "request parameters off $connect",
      "WEBSOCKET",
      { RouteKey: "join", RequestParameters: { "route.request.header.a": { Required: true } } },
      400,
      /restricted to the \$connect route/,
    ],
    [
      "a request parameter of another form",
      "WEBSOCKET",
      { RouteKey: "$connect", RequestParameters: { "method.request.path.a": { Required: true } } },
      400,
      /method\.request\.path\.a/,
    ],
    ["an unknown model", "WEBSOCKET", { RouteKey: "join", RequestModels: { a: "nothing" } }, 400, /nothing/],
    [
      "a model selection by a header",
      "WEBSOCKET",
      { RouteKey: "join", ModelSelectionExpression: "$request.header.a" },
      400,
      /modelSelectionExpression/,
    ],
    [
      "a route response selection other than $default",
      "WEBSOCKET",
      { RouteKey: "join", RouteResponseSelectionExpression: "$request.body.a" },
      400,
      /routeResponseSelectionExpression/,
    ],
  ];
  for (const [what, protocol, input, status, message] of refused) {
    it(`have ${what}`, async () => {
      await assertFails(harness, "CreateRoute", { ApiId: apis[protocol], ...input }, status, message);
    });
  }
});

import { after, before, describe, it } from "node:test";
import type { Harness } from "../../harness.ts";
import { assertFails, createApi, FUNCTION, openApis, type Protocol } from "../fixtures.ts";
import { LAMBDA, LISTENER, MOCK, PROXY, QUEUE, URL_PROXY } from "./integration-inputs.ts";

const MAPPING = "Invalid mapping expression specified: Validation Result: warnings : [], errors : ";

describe("integrations that are refused", () => {
  let harness: Harness;
  const apis = { HTTP: "", WEBSOCKET: "" };
  before(async () => {
    harness = await openApis();
    for (const protocol of ["HTTP", "WEBSOCKET"] as const) apis[protocol] = await createApi(harness, protocol);
  });
  after(() => harness.close());

  const refused: readonly (readonly [string, Protocol, object, string | RegExp])[] = [
    ...["AWS", "HTTP", "MOCK"].map(
      (type) =>
        [
          type,
          "HTTP",
          { ...URL_PROXY, IntegrationType: type },
          "Currently, an API with a protocol type of HTTP may only be associated with proxy integrations (AWS_PROXY, HTTP_PROXY)",
        ] as const,
    ),
    [
      "no payload version",
      "HTTP",
      { ...URL_PROXY, PayloadFormatVersion: undefined },
      "PayloadFormatVersion is a required parameter for integration",
    ],
    [
      "an unknown payload version",
      "HTTP",
      { ...LAMBDA, PayloadFormatVersion: "3.0" },
      "Unsupported PayloadFormatVersion: 3.0",
    ],
    ["payload 2.0", "WEBSOCKET", { ...MOCK, PayloadFormatVersion: "2.0" }, "Unsupported PayloadFormatVersion: 2.0"],
    [
      "payload 2.0 of a URL",
      "HTTP",
      { ...URL_PROXY, PayloadFormatVersion: "2.0" },
      "PayloadFormatVersion 2.0 is not supported for integration of type HTTP_PROXY",
    ],
    [
      "no method of a URL",
      "HTTP",
      PROXY,
      "HttpMethod parameter method must be specified for integrationType HTTPPROXY",
    ],
    [
      "no method",
      "WEBSOCKET",
      { IntegrationType: "HTTP", IntegrationUri: "http://a" },
      /must be specified for integrationType HTTP$/,
    ],
    ["a method that is none", "HTTP", { ...URL_PROXY, IntegrationMethod: "G T" }, /Invalid HTTP method/],
    [
      "too short a timeout",
      "HTTP",
      { ...URL_PROXY, TimeoutInMillis: 49 },
      "Timeout should be between 50 ms and 30000 ms",
    ],
    [
      "too long a timeout",
      "HTTP",
      { ...URL_PROXY, TimeoutInMillis: 30_001 },
      "Timeout should be between 50 ms and 30000 ms",
    ],
    [
      "too long a timeout",
      "WEBSOCKET",
      { ...MOCK, TimeoutInMillis: 29_001 },
      "Timeout should be between 50 ms and 29000 ms",
    ],
    [
      "neither subtype nor URI",
      "HTTP",
      { ...LAMBDA, IntegrationUri: undefined },
      "Either integrationSubtype or integrationUri must be specified",
    ],
    ["subtype and URI", "HTTP", { ...QUEUE, IntegrationUri: FUNCTION }, /together with integrationSubtype/],
    ["an unknown subtype", "HTTP", { ...QUEUE, IntegrationSubtype: "SQS-Fly" }, "Operation: SQS-Fly is not supported."],
    [
      "a subtype with payload 2.0",
      "HTTP",
      { ...QUEUE, PayloadFormatVersion: "2.0" },
      "Operation: SQS-SendMessage is not supported.",
    ],
    [
      "a subtype of a URL",
      "HTTP",
      { ...QUEUE, IntegrationType: "HTTP_PROXY", IntegrationMethod: "GET" },
      /^Operation: SQS-SendMessage/,
    ],
    [
      "a subtype without role",
      "HTTP",
      { ...QUEUE, CredentialsArn: undefined },
      "Role ARN must be specified for AWS integration configuration with Subtype: SQS-SendMessage",
    ],
    [
      "a subtype without a required parameter",
      "HTTP",
      { ...QUEUE, RequestParameters: { MessageBody: "m" } },
      "Operation: SQS-SendMessage requires enabling passthrough, or defining all of the following parameters: QueueUrl",
    ],
    [
      "a subtype with a foreign parameter",
      "HTTP",
      { ...QUEUE, RequestParameters: { ...QUEUE.RequestParameters, Wings: "2" } },
      /does not support the parameter Wings/,
    ],
    [
      "a subtype's parameter from nowhere",
      "HTTP",
      { ...QUEUE, RequestParameters: { ...QUEUE.RequestParameters, DelaySeconds: "$response.body" } },
      /Invalid source: \$response\.body specified for destination: DelaySeconds/,
    ],
    [
      "a link without id",
      "HTTP",
      { ...URL_PROXY, IntegrationUri: LISTENER, ConnectionType: "VPC_LINK" },
      "ConnectionId must be set to vpcLinkId for ConnectionType VPC_LINK",
    ],
    [
      "a link to a URL",
      "HTTP",
      { ...URL_PROXY, ConnectionType: "VPC_LINK", ConnectionId: "l" },
      "For VpcLink VPC_LINK, integration uri should be a valid ELB listener ARN or a valid Cloud Map service ARN.",
    ],
    [
      "a link to a function",
      "HTTP",
      { ...LAMBDA, ConnectionType: "VPC_LINK", ConnectionId: "l" },
      /VPC_LINK is not supported/,
    ],
    ["a listener without link", "HTTP", { ...URL_PROXY, IntegrationUri: LISTENER }, /Invalid HTTP endpoint/],
    ["a URL of another scheme", "HTTP", { ...URL_PROXY, IntegrationUri: "ftp://a" }, /Invalid HTTP endpoint.*ftp/],
    ["a URL without host", "HTTP", { ...URL_PROXY, IntegrationUri: "http:///x" }, /Invalid HTTP endpoint/],
    ["an ARN of no function", "HTTP", { ...LAMBDA, IntegrationUri: "arn:aws:s3:::b" }, /Invalid ARN/],
    ["a bare function ARN", "WEBSOCKET", { IntegrationType: "AWS_PROXY", IntegrationUri: FUNCTION }, /Invalid ARN/],
    [
      "a role that is none",
      "HTTP",
      { ...URL_PROXY, CredentialsArn: "arn:aws:iam::111122223333:user/u" },
      "Invalid role ARN",
    ],
    [
      "a mapping key of another form",
      "HTTP",
      { ...URL_PROXY, RequestParameters: { "header.a": "b" } },
      `${MAPPING}[Invalid Request Actioned Parameter header.a]`,
    ],
    [
      "a mapping of a reserved header",
      "HTTP",
      { ...URL_PROXY, RequestParameters: { "overwrite:header.X-Amz-Date": "b" } },
      /Invalid Request Actioned Parameter overwrite:header\.X-Amz-Date: the header is reserved/,
    ],
    [
      "a mapping of nothing",
      "HTTP",
      { ...URL_PROXY, RequestParameters: { "append:header.a": "$request.cookie.a" } },
      "Invalid selection expression specified: Validation Result: warnings : [], errors : [Invalid source: $request.cookie.a specified for destination: append:header.a]",
    ],
    [
      "a response mapping key of another form",
      "HTTP",
      { ...URL_PROXY, ResponseParameters: { "200": { "overwrite:path": "/" } } },
      /Invalid Response Actioned Parameter overwrite:path/,
    ],
    [
      "a response mapping's status",
      "HTTP",
      { ...URL_PROXY, ResponseParameters: { "199": { "overwrite:statuscode": "200" } } },
      "Status Code 199 is not valid",
    ],
    [
      "a mapped status",
      "HTTP",
      { ...URL_PROXY, ResponseParameters: { "200": { "overwrite:statuscode": "600" } } },
      "Status Code 600 is not valid",
    ],
    ["a subtype on WebSocket", "WEBSOCKET", { ...MOCK, IntegrationSubtype: "SQS-SendMessage" }, /IntegrationSubtype/],
    [
      "response parameters",
      "WEBSOCKET",
      { ...MOCK, ResponseParameters: { "200": { "remove:header.a": "" } } },
      /ResponseParameters/,
    ],
    [
      "a message mapping key of another form",
      "WEBSOCKET",
      { ...MOCK, RequestParameters: { "append:header.a": "'b'" } },
      /Invalid Request Actioned Parameter append:header\.a/,
    ],
    [
      "a message mapping of nothing",
      "WEBSOCKET",
      { ...MOCK, RequestParameters: { "integration.request.header.a": "b" } },
      /Invalid source: b/,
    ],
    [
      "a template selection by a header",
      "WEBSOCKET",
      { ...MOCK, TemplateSelectionExpression: "$request.header.a" },
      /templateSelectionExpression/,
    ],
  ];
  for (const [what, protocol, input, message] of refused) {
    it(`have ${what} on ${protocol}`, async () => {
      await assertFails(harness, "CreateIntegration", { ApiId: apis[protocol], ...input }, 400, message);
    });
  }
});

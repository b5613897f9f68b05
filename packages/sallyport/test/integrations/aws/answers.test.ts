import assert from "node:assert/strict";
import { test } from "node:test";
import { CREDENTIALS, only, openService, type Respond } from "./fake-endpoint.ts";

const queue = { QueueUrl: "https://sqs/1/q" };
const sending = { subtype: "SQS-SendMessage", parameters: { ...queue, MessageBody: "$request.body.m" } };

const answering =
  (status: number, headers: Record<string, string>, body: string): Respond =>
  (_call, response) =>
    void response.writeHead(status, headers).end(body);

test("the service's own answer is the client's, without what is internal to it", async (context) => {
  const xml = "<SendMessageResponse/>";
  const headers = { "content-type": "text/xml", "x-amzn-requestid": "r1", "x-amz-crc32": "1", "x-own": "kept" };
  const { post } = await openService(context, { ...sending, respond: answering(200, headers, xml) });
  const answer = await post('{"m":1}');
  assert.deepEqual([answer.status, answer.body, answer.headers["content-type"]], [200, xml, "text/xml"]);
  assert.equal(answer.headers["x-own"], "kept");
  assert.deepEqual(
    Object.keys(answer.headers).filter((name) => name.startsWith("x-amz")),
    [],
  );
});

for (const [name, status, headers, body] of [
  ["JSON", 400, {}, '{"__type":"com.amazonaws.sqs#QueueDoesNotExist","message":"no"}'],
  ["XML", 404, {}, "<ErrorResponse><Error><Code>NoSuchThing</Code></Error></ErrorResponse>"],
  ["a 500 without a body", 500, {}, ""],
] as const) {
  test(`an error of the service is passed through: ${name}`, async (context) => {
    const { post } = await openService(context, { ...sending, respond: answering(status, headers, body) });
    const answer = await post('{"m":1}');
    assert.deepEqual([answer.status, answer.body], [status, body]);
    assert.equal(answer.headers["x-sallyport-reason"], undefined);
  });
}

for (const [name, status, headers, body] of [
  ["JSON", 400, {}, '{"__type":"com.amazon.coral.service#AccessDeniedException","Message":"role x may not"}'],
  ["XML", 403, {}, "<ErrorResponse><Error><Code>AccessDenied</Code></Error></ErrorResponse>"],
  ["a header", 403, { "x-amzn-errortype": "InvalidSignatureException:http://x/" }, "{}"],
] as const) {
  test(`an error about the gateway's permission is a 500, its text private: ${name}`, async (context) => {
    const { post } = await openService(context, { ...sending, respond: answering(status, headers, body) });
    const answer = await post('{"m":1}');
    assert.deepEqual([answer.status, answer.body], [500, '{"message":"Internal Server Error"}']);
    assert.match(
      answer.headers["x-sallyport-reason"] as string,
      /SQS-SendMessage was refused: (AccessDenied|InvalidSignature)/,
    );
  });
}

test("response mappings apply by the service's status", async (context) => {
  const members = {
    ResponseParameters: {
      "200": { "overwrite:statuscode": "202", "append:header.x-id": "$response.body.executionArn" },
    },
  };
  const { post } = await openService(context, {
    subtype: "StepFunctions-StartExecution",
    parameters: { StateMachineArn: "arn:m" },
    members,
    respond: answering(200, { "content-type": "application/x-amz-json-1.0" }, '{"executionArn":"arn:e"}'),
  });
  const answer = await post("{}");
  assert.deepEqual([answer.status, answer.headers["x-id"], answer.body], [202, "arn:e", '{"executionArn":"arn:e"}']);
});

for (const [name, parameters, body, reason] of [
  [
    "a required one without value",
    { MessageBody: "$request.body.m" },
    "{}",
    /MessageBody is required and has no value/,
  ],
  ["a required one that is empty", { MessageBody: "${request.body.m}" }, "{}", /MessageBody is required/],
  [
    "a number that is none",
    { MessageBody: "m", DelaySeconds: "$request.body.d" },
    '{"d":"1.5"}',
    /DelaySeconds must be a whole number, not "1\.5"/,
  ],
  [
    "a map that is no JSON",
    { MessageBody: "m", MessageAttributes: "$request.body.a" },
    '{"a":"x"}',
    /MessageAttributes must be JSON, not "x"/,
  ],
  [
    "a map of something else",
    { MessageBody: "m", MessageAttributes: "$request.body.a" },
    '{"a":{"b":1}}',
    /MessageAttributes must be a JSON object/,
  ],
  [
    "a region that is none",
    { MessageBody: "m", Region: "$request.body.r" },
    '{"r":"evil.example/"}',
    /Region must be a region/,
  ],
] as const) {
  test(`400 for ${name}, and no call`, async (context) => {
    const { post, calls } = await openService(context, { ...sending, parameters: { ...queue, ...parameters } });
    const answer = await post(body);
    assert.deepEqual([answer.status, answer.body], [400, '{"message":"Bad Request"}']);
    assert.equal(answer.headers["content-type"], "application/json");
    assert.match(answer.headers["x-sallyport-reason"] as string, reason);
    assert.equal(calls.length, 0);
  });
}

test("400 for lists, times and names that are none", async (context) => {
  const list = await openService(context, {
    subtype: "SQS-ReceiveMessage",
    parameters: { ...queue, AttributeNames: "All" },
  });
  assert.equal((await list.post("")).status, 400);
  const time = await openService(context, {
    subtype: "EventBridge-PutEvents",
    parameters: { Detail: "{}", DetailType: "t", Source: "s", Time: "$request.body" },
  });
  assert.equal((await time.post("soon")).status, 400);
  const names = { Application: "$request.body", Environment: "e", Configuration: "c", ClientId: "i" };
  const dots = await openService(context, { subtype: "AppConfig-GetConfiguration", parameters: names });
  assert.match((await dots.post("..")).headers["x-sallyport-reason"] as string, /Application must not be "\.\."/);
});

test("a queue's URL chooses a path, never a host", async (context) => {
  const { post, calls } = await openService(context, {
    subtype: "SQS-PurgeQueue",
    parameters: { QueueUrl: "$request.body" },
  });
  for (const url of ["http://evil.example/a/b", "https://evil.example/../x?y", "not a URL"]) await post(url);
  assert.deepEqual(
    calls.map(({ path }) => path),
    ["/a/b", "/", "/"],
  );
});

test("without credentials the route answers 500, and the reason names the variables", async (context) => {
  const { post, calls } = await openService(context, { ...sending, credentials: undefined });
  const answer = await post('{"m":1}');
  assert.deepEqual([answer.status, answer.body], [500, '{"message":"Internal Server Error"}']);
  assert.match(answer.headers["x-sallyport-reason"] as string, /AWS_ACCESS_KEY_ID or AWS_SECRET_ACCESS_KEY is not set/);
  assert.equal(calls.length, 0);
});

test("a session token of the environment's is sent and signed", async (context) => {
  const credentials = { ...CREDENTIALS, sessionToken: "token" };
  const { post, calls } = await openService(context, { ...sending, credentials, known: [credentials] });
  assert.equal((await post('{"m":1}')).status, 200);
  assert.equal(only(calls).headers["x-amz-security-token"], "token");
});

for (const [name, members, reason] of [
  [
    "the caller's own credentials",
    { CredentialsArn: "arn:aws:iam::*:user/*" },
    /CredentialsArn: arn:aws:iam::\*:user\/\* is no role/,
  ],
  [
    "a role with a variable that is not there",
    { CredentialsArn: "${stageVariables.role}" },
    /CredentialsArn: nothing is no role/,
  ],
  ["an unknown subtype", { IntegrationSubtype: "SQS-Fly" }, /IntegrationSubtype: SQS-Fly is no subtype/],
  [
    "an unknown parameter",
    { RequestParameters: { Colour: "red" } },
    /RequestParameters: SQS-SendMessage has no parameter Colour/,
  ],
  [
    "a source that is none",
    { RequestParameters: { MessageBody: "$response.body" } },
    /RequestParameters: MessageBody: \$response.body can not be read/,
  ],
] as const) {
  test(`a route stays closed over ${name}`, async (context) => {
    const { post } = await openService(context, { ...sending, members });
    const answer = await post('{"m":1}');
    assert.equal(answer.status, 500);
    assert.match(answer.headers["x-sallyport-reason"] as string, reason);
  });
}

test("a body over the limit is 413", async (context) => {
  const { send, calls } = await openService(context, sending);
  const sent = send("/x", { method: "POST" });
  sent.on("error", () => {});
  const { promise, resolve } = Promise.withResolvers<number | undefined>();
  sent.once("response", (response) => resolve(response.resume().statusCode));
  sent.write(Buffer.alloc(10 * 1024 * 1024));
  sent.write("x");
  assert.equal(await promise, 413);
  sent.destroy();
  assert.equal(calls.length, 0);
});

test("a service that does not answer is 503 after the timeout; one that is not there, at once", async (context) => {
  const silent = await openService(context, { ...sending, members: { TimeoutInMillis: 60 }, respond: () => {} });
  const late = await silent.post('{"m":1}');
  assert.deepEqual([late.status, late.body], [503, '{"message":"Service Unavailable"}']);
  assert.match(late.headers["x-sallyport-reason"] as string, /did not answer/);
  const gone = await openService(context, { ...sending, endpoints: () => "sqs=http://127.0.0.1:1" });
  assert.equal((await gone.post('{"m":1}')).status, 503);
});

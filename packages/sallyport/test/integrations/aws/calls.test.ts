import assert from "node:assert/strict";
import { test } from "node:test";
import { type Call, only, openService } from "./fake-endpoint.ts";

const form = (call: Call): Record<string, string> => Object.fromEntries(new URLSearchParams(call.body));
const json = (call: Call): unknown => JSON.parse(call.body);

test("EX-5.1: a queue named by a header gets a part of the body", async (context) => {
  const { post, calls } = await openService(context, {
    subtype: "SQS-SendMessage",
    parameters: { QueueUrl: "$request.header.queueUrl", MessageBody: "$request.body.message" },
  });
  const QueueUrl = "https://sqs.us-east-1.amazonaws.com/111122223333/q";
  const answer = await post('{"message":"hi"}', { queueUrl: QueueUrl });
  assert.equal(answer.status, 200);
  const call = only(calls);
  assert.deepEqual([call.service, call.region, call.path], ["sqs", "us-east-1", "/111122223333/q"]);
  assert.deepEqual(form(call), { Action: "SendMessage", Version: "2012-11-05", QueueUrl, MessageBody: "hi" });
});

test("EX-5.2: the whole body is the message", async (context) => {
  const { post, calls } = await openService(context, {
    subtype: "SQS-SendMessage",
    parameters: { QueueUrl: "https://sqs/1/q", MessageBody: "$request.body" },
  });
  await post('{"message":"hi"}');
  assert.equal(form(only(calls))["MessageBody"], '{"message":"hi"}');
});

test("EX-5.3: an execution gets the body and the request's id", async (context) => {
  const StateMachineArn = "arn:aws:states:us-east-1:111122223333:stateMachine:m";
  const { post, calls } = await openService(context, {
    subtype: "StepFunctions-StartExecution",
    parameters: { StateMachineArn, Input: "$request.body", Name: "$context.requestId" },
  });
  const answer = await post("{}");
  const call = only(calls);
  const name = answer.headers["apigw-requestid"];
  assert.deepEqual(json(call), { stateMachineArn: StateMachineArn, name, input: "{}" });
  assert.equal(call.headers["x-amz-target"], "AWSStepFunctions.StartExecution");
  assert.equal(call.headers["content-type"], "application/x-amz-json-1.0");
  assert.equal(call.service, "states");
});

test("EX-5.4: an event's source has a stage variable in it", async (context) => {
  const { post, calls } = await openService(context, {
    subtype: "EventBridge-PutEvents",
    parameters: { Detail: "$request.body", DetailType: "order", Source: "web.${stageVariables.env}" },
    variables: { env: "dev" },
  });
  await post('{"id":1}');
  const call = only(calls);
  assert.deepEqual(json(call), { Entries: [{ Detail: '{"id":1}', DetailType: "order", Source: "web.dev" }] });
  assert.equal(call.headers["x-amz-target"], "AWSEvents.PutEvents");
  assert.equal(call.headers["content-type"], "application/x-amz-json-1.1");
  assert.equal(call.service, "events");
});

test("an event with everything", async (context) => {
  const { post, calls } = await openService(context, {
    subtype: "EventBridge-PutEvents",
    parameters: {
      Detail: '{"who":"${request.header.who}","order":${request.body.order}}',
      DetailType: "order",
      Source: "web",
      Time: "2025-04-14T22:13:56Z",
      EventBusName: "bus",
      Resources: '["${request.path.id}"]',
      TraceHeader: "Root=1-a-b",
      Region: "eu-west-1",
    },
  });
  await post('{"order":{"id":1}}', { who: 'me","admin":"yes' });
  const call = only(calls);
  assert.equal(call.region, "eu-west-1");
  const Detail = '{"who":"me\\",\\"admin\\":\\"yes","order":{"id":1}}';
  const rest = { EventBusName: "bus", Time: 1744668836, Resources: ["x"], TraceHeader: "Root=1-a-b" };
  assert.deepEqual(json(call), { Entries: [{ Detail, DetailType: "order", Source: "web", ...rest }] });
});

test("a message with everything", async (context) => {
  const attributes = '{"src":{"DataType":"String","StringValue":"${request.header.x-src}"}}';
  const { post, calls } = await openService(context, {
    subtype: "SQS-SendMessage",
    parameters: {
      QueueUrl: "https://sqs/1/q.fifo",
      MessageBody: "m",
      DelaySeconds: "5",
      MessageAttributes: attributes,
      MessageSystemAttributes: '{"AWSTraceHeader":{"DataType":"String","StringValue":"t"}}',
      MessageDeduplicationId: "d",
      MessageGroupId: "$request.header.none",
    },
  });
  await post("x", { "x-src": 'a"b' });
  const { Action, Version, QueueUrl, ...rest } = form(only(calls));
  assert.deepEqual(
    [Action, Version, QueueUrl, only(calls).path],
    ["SendMessage", "2012-11-05", "https://sqs/1/q.fifo", "/1/q.fifo"],
  );
  assert.deepEqual(rest, {
    MessageBody: "m",
    MessageDeduplicationId: "d",
    DelaySeconds: "5",
    "MessageAttribute.1.Name": "src",
    "MessageAttribute.1.Value.DataType": "String",
    "MessageAttribute.1.Value.StringValue": 'a"b',
    "MessageSystemAttribute.1.Name": "AWSTraceHeader",
    "MessageSystemAttribute.1.Value.DataType": "String",
    "MessageSystemAttribute.1.Value.StringValue": "t",
  });
});

const queue = { QueueUrl: "https://sqs/1/q" };
const sqs: readonly (readonly [string, Record<string, string>, Record<string, string>])[] = [
  [
    "ReceiveMessage",
    {
      AttributeNames: '["All"]',
      MessageAttributeNames: '["a","b"]',
      MaxNumberOfMessages: "2",
      WaitTimeSeconds: "1",
      VisibilityTimeout: "9",
      ReceiveRequestAttemptId: "r",
    },
    {
      "AttributeName.1": "All",
      "MessageAttributeName.1": "a",
      "MessageAttributeName.2": "b",
      MaxNumberOfMessages: "2",
      WaitTimeSeconds: "1",
      VisibilityTimeout: "9",
      ReceiveRequestAttemptId: "r",
    },
  ],
  ["DeleteMessage", { ReceiptHandle: "h" }, { ReceiptHandle: "h" }],
  ["PurgeQueue", {}, {}],
];
for (const [action, parameters, sent] of sqs) {
  test(`SQS-${action} goes out in the query protocol`, async (context) => {
    const { post, calls } = await openService(context, {
      subtype: `SQS-${action}`,
      parameters: { ...queue, ...parameters },
    });
    await post("");
    assert.deepEqual(form(only(calls)), { Action: action, Version: "2012-11-05", ...queue, ...sent });
  });
}

const jsonCalls: readonly (readonly [string, Record<string, string>, string, string, object])[] = [
  [
    "Kinesis-PutRecord",
    { StreamName: "s", Data: "$request.body", PartitionKey: "k", ExplicitHashKey: "1", SequenceNumberForOrdering: "2" },
    "kinesis",
    "Kinesis_20131202.PutRecord",
    { StreamName: "s", Data: "4piV", PartitionKey: "k", ExplicitHashKey: "1", SequenceNumberForOrdering: "2" },
  ],
  [
    "StepFunctions-StartSyncExecution",
    { StateMachineArn: "arn:m", Input: '{"b":"${request.body}"}', TraceHeader: "t" },
    "states",
    "AWSStepFunctions.StartSyncExecution",
    { stateMachineArn: "arn:m", input: '{"b":"☕"}', traceHeader: "t" },
  ],
  [
    "StepFunctions-StopExecution",
    { ExecutionArn: "arn:e", Cause: "c", Error: "e" },
    "states",
    "AWSStepFunctions.StopExecution",
    { executionArn: "arn:e", cause: "c", error: "e" },
  ],
];
for (const [subtype, parameters, service, target, sent] of jsonCalls) {
  test(`${subtype} goes out as ${target}`, async (context) => {
    const { post, calls } = await openService(context, { subtype, parameters });
    await post("☕");
    const call = only(calls);
    assert.deepEqual(
      [call.method, call.path, call.service, call.headers["x-amz-target"]],
      ["POST", "/", service, target],
    );
    assert.deepEqual(json(call), sent);
  });
}

test("AppConfig-GetConfiguration goes out with its names encoded", async (context) => {
  const { fetch, calls } = await openService(context, {
    subtype: "AppConfig-GetConfiguration",
    parameters: {
      Application: "a/b c",
      Environment: "e",
      Configuration: "k",
      ClientId: "i&d",
      ClientConfigurationVersion: "3",
    },
    respond: (_call, response) =>
      void response.writeHead(200, { "content-type": "text/yaml", "configuration-version": "4" }).end("a: 1"),
  });
  const answer = await fetch("/x");
  const call = only(calls);
  assert.deepEqual([call.method, call.service, call.body], ["GET", "appconfig", ""]);
  assert.equal(call.path, "/applications/a%2Fb%20c/environments/e/configurations/k");
  assert.equal(call.query, "client_id=i%26d&client_configuration_version=3");
  assert.deepEqual([answer.status, answer.body], [200, "a: 1"]);
  assert.deepEqual([answer.headers["content-type"], answer.headers["configuration-version"]], ["text/yaml", "4"]);
});

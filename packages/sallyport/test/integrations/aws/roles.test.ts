import assert from "node:assert/strict";
import { test } from "node:test";
import { type Call, CREDENTIALS, openService, type Respond, ROLE } from "./fake-endpoint.ts";

const ASSUMED = { accessKeyId: "ASIAEXAMPLE", secretAccessKey: "secret/of+role=", sessionToken: "FwoGZXIvYXdz" };
const sending = { subtype: "SQS-SendMessage", parameters: { QueueUrl: "https://sqs/1/q", MessageBody: "m" } };

function credentialsXml(expiresInMs: number): string {
  const { accessKeyId, secretAccessKey, sessionToken } = ASSUMED;
  const Expiration = new Date(Date.now() + expiresInMs).toISOString();
  const members = `<AccessKeyId>${accessKeyId}</AccessKeyId><SecretAccessKey>${secretAccessKey}</SecretAccessKey>`;
  const more = `<SessionToken>${sessionToken}</SessionToken><Expiration>${Expiration}</Expiration>`;
  return `<AssumeRoleResponse><AssumeRoleResult><Credentials>${members}${more}</Credentials></AssumeRoleResult></AssumeRoleResponse>`;
}

const sts =
  (answer: () => readonly [number, string]): Respond =>
  (call, response) => {
    const [status, body] = call.service === "sts" ? answer() : [200, "sent"];
    response.writeHead(status, { "content-type": "text/xml" }).end(body);
  };

const services = (calls: readonly Call[]): string[] => calls.map(({ service }) => service);

test("the role is assumed at the STS that is configured, once, and its credentials sign the call", async (context) => {
  const { post, calls } = await openService(context, {
    ...sending,
    endpoints: (url) => url,
    known: [CREDENTIALS, ASSUMED],
    respond: sts(() => [200, credentialsXml(3_600_000)]),
  });
  const answers = await Promise.all([post(""), post("")]);
  answers.push(await post(""));
  assert.deepEqual(
    answers.map(({ body }) => body),
    ["sent", "sent", "sent"],
  );
  assert.deepEqual(services(calls), ["sts", "sqs", "sqs", "sqs"]);
  const form = Object.fromEntries(new URLSearchParams(calls[0]!.body));
  assert.deepEqual(form, { Action: "AssumeRole", Version: "2011-06-15", RoleArn: ROLE, RoleSessionName: "sallyport" });
  assert.equal(calls[1]!.headers["x-amz-security-token"], ASSUMED.sessionToken);
  assert.match(calls[1]!.headers["authorization"] ?? "", /Credential=ASIAEXAMPLE\//);
});

test("credentials that are about to end are renewed", async (context) => {
  const { post, calls } = await openService(context, {
    ...sending,
    endpoints: (url) => url,
    known: [CREDENTIALS, ASSUMED],
    respond: sts(() => [200, credentialsXml(60_000)]),
  });
  await post("");
  await post("");
  assert.deepEqual(services(calls), ["sts", "sqs", "sts", "sqs"]);
});

test("without an STS of its own the gateway's credentials stand for the role", async (context) => {
  const { post, calls } = await openService(context, { ...sending, respond: sts(() => [500, ""]) });
  assert.equal((await post("")).body, "sent");
  assert.deepEqual(services(calls), ["sqs"]);
});

for (const [name, answer, reason] of [
  [
    "refused",
    [403, "<ErrorResponse><Error><Code>AccessDenied</Code></Error></ErrorResponse>"],
    /STS refused to assume arn:aws:iam::111122223333:role\/caller: 403 AccessDenied/,
  ],
  ["answered with something else", [200, "<html>"], /holds no credentials of arn/],
] as const) {
  test(`a role that is ${name} is a 500, tried again the next time`, async (context) => {
    let healthy = false;
    const { post, calls } = await openService(context, {
      ...sending,
      endpoints: (url) => url,
      known: [CREDENTIALS, ASSUMED],
      respond: sts(() => (healthy ? [200, credentialsXml(3_600_000)] : answer)),
    });
    const refused = await post("");
    assert.deepEqual([refused.status, refused.body], [500, '{"message":"Internal Server Error"}']);
    assert.match(refused.headers["x-sallyport-reason"] as string, reason);
    healthy = true;
    assert.equal((await post("")).body, "sent");
    assert.deepEqual(services(calls), ["sts", "sts", "sqs"]);
  });
}

test("an STS that does not answer in the integration's time is a 503; one that is not there a 500", async (context) => {
  const silent = await openService(context, {
    ...sending,
    members: { TimeoutInMillis: 60 },
    endpoints: (url) => url,
    respond: (call, response) => void (call.service === "sts" || response.end()),
  });
  const late = await silent.post("");
  assert.equal(late.status, 503);
  assert.match(late.headers["x-sallyport-reason"] as string, /STS did not answer within 60 ms/);
  const gone = await openService(context, { ...sending, endpoints: (url) => `${url},sts=http://127.0.0.1:1` });
  const refused = await gone.post("");
  assert.equal(refused.status, 500);
  assert.match(refused.headers["x-sallyport-reason"] as string, /STS at http:\/\/127\.0\.0\.1:1 did not answer/);
});

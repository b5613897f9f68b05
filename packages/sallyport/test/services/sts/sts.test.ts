import assert from "node:assert/strict";
import { Readable } from "node:stream";
import { describe, it } from "node:test";

import {
  AssumeRoleCommand,
  AssumeRoleWithWebIdentityCommand,
  GetAccessKeyInfoCommand,
  GetCallerIdentityCommand,
  GetSessionTokenCommand,
  STSClient,
} from "@aws-sdk/client-sts";
import type { Credentials } from "@aws-sdk/client-sts";

import type { PolicyDocument, PrincipalSecret } from "../../../src/protocol/principal.ts";
import type { AwsRequest } from "../../../src/protocol/service.ts";
import { credentialScopeOf } from "../../../src/protocol/sigv4/credential-scope.ts";
import { verifySignature } from "../../../src/protocol/sigv4/verify.ts";
import { combinedStore, TemporaryCredentials } from "../../../src/protocol/temporary-credentials.ts";
import { createStsService } from "../../../src/services/sts/service.ts";
import { requestId } from "../../protocol/calls.ts";

const ACCOUNT = "111122223333";

const ana = (policies?: readonly PolicyDocument[]): PrincipalSecret => ({
  principal: {
    accessKeyId: "AKIDEXAMPLE000001",
    account: ACCOUNT,
    arn: `arn:aws:iam::${ACCOUNT}:user/ana`,
    userId: "AIDAANA",
    policies,
  },
  secretAccessKey: "a-secret-of-some-length",
});

interface WireRequest {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

interface World {
  now: number;
  readonly temporary: TemporaryCredentials;
  /** A client whose requests go straight into the service, verified on the way. */
  client(credentials: { accessKeyId: string; secretAccessKey: string; sessionToken?: string }): STSClient;
}

function world(secret: PrincipalSecret, enabled = true): World {
  const state = { now: Date.now() };
  const temporary = new TemporaryCredentials({ now: () => state.now });
  const principals = combinedStore(
    { find: (id) => (id === secret.principal.accessKeyId ? secret : undefined) },
    temporary,
  );
  const service = createStsService({
    onError: (error) => assert.fail(error as Error),
    principals,
    ...(enabled ? { temporary } : {}),
  });
  const handle = async (sent: WireRequest) => {
    const request: AwsRequest = {
      method: sent.method,
      path: sent.path,
      query: new URLSearchParams(sent.query).toString(),
      headers: Object.fromEntries(Object.entries(sent.headers).map(([name, value]) => [name.toLowerCase(), value])),
      body: Buffer.from(sent.body ?? ""),
    };
    try {
      const { principal } = verifySignature(request, principals, { now: state.now, service: "sts" });
      const region = credentialScopeOf(request)?.region ?? "";
      return await service.handle(request, { principal, account: principal.account, region }, requestId);
    } catch (error) {
      return service.refuse?.(error, requestId);
    }
  };
  return Object.assign(state, {
    temporary,
    client: (credentials: { accessKeyId: string; secretAccessKey: string; sessionToken?: string }) =>
      new STSClient({
        region: "eu-west-1",
        endpoint: "http://127.0.0.1:1",
        maxAttempts: 1,
        credentials,
        requestHandler: {
          handle: async (sent: unknown) => {
            const answer = await handle(sent as WireRequest);
            assert.ok(answer);
            const response = {
              statusCode: answer.status,
              headers: { ...answer.headers },
              body: Readable.from([Buffer.from(answer.body)]),
            };
            return { response: response as never };
          },
        },
      }),
  });
}

const anasKeys = { accessKeyId: "AKIDEXAMPLE000001", secretAccessKey: "a-secret-of-some-length" };
const keysOf = ({ AccessKeyId = "", SecretAccessKey = "", SessionToken = "" }: Partial<Credentials> = {}) => ({
  accessKeyId: AccessKeyId,
  secretAccessKey: SecretAccessKey,
  sessionToken: SessionToken,
});
const role = (name = "deploy") => ({
  RoleArn: `arn:aws:iam::${ACCOUNT}:role/path/${name}`,
  RoleSessionName: "session",
});
const named = (name: string, message: RegExp) => (error: unknown) => {
  assert.ok(error instanceof Error);
  assert.equal(error.name, name);
  assert.match(error.message, message);
  return true;
};

describe("the SDK's STS client", () => {
  it("learns who it is", async () => {
    const answer = await world(ana()).client(anasKeys).send(new GetCallerIdentityCommand({}));
    assert.deepEqual(
      [answer.Account, answer.Arn, answer.UserId],
      [ACCOUNT, `arn:aws:iam::${ACCOUNT}:user/ana`, "AIDAANA"],
    );
  });

  it("learns the account of a known access key, and of no other", async () => {
    const client = world(ana()).client(anasKeys);
    assert.equal(
      (await client.send(new GetAccessKeyInfoCommand({ AccessKeyId: anasKeys.accessKeyId }))).Account,
      ACCOUNT,
    );
    await assert.rejects(
      client.send(new GetAccessKeyInfoCommand({ AccessKeyId: "AKIDNOBODY0000001" })),
      named("ValidationError", /Unknown access key/),
    );
  });

  it("is refused with a wrong secret", async () => {
    const client = world(ana()).client({ ...anasKeys, secretAccessKey: "another" });
    await assert.rejects(
      client.send(new GetCallerIdentityCommand({})),
      named("SignatureDoesNotMatch", /does not match/),
    );
  });

  it("gets a session token that works until it ends", async () => {
    const here = world(ana());
    const { Credentials: given } = await here
      .client(anasKeys)
      .send(new GetSessionTokenCommand({ DurationSeconds: 900 }));
    const session = here.client(keysOf(given));
    assert.equal(given?.Expiration?.getTime(), Math.floor((here.now + 900_000) / 1000) * 1000);
    assert.equal((await session.send(new GetCallerIdentityCommand({}))).Arn, `arn:aws:iam::${ACCOUNT}:user/ana`);
    await assert.rejects(
      session.send(new GetSessionTokenCommand({})),
      named("AccessDenied", /Cannot call GetSessionToken with session credentials/),
    );
    const without = here.client({ ...keysOf(given), sessionToken: undefined });
    await assert.rejects(without.send(new GetCallerIdentityCommand({})), named("InvalidClientTokenId", /invalid/));
  });

  it("assumes a role of its account and is that role's session", async () => {
    const here = world(ana());
    const { Credentials: given, AssumedRoleUser: user } = await here
      .client(anasKeys)
      .send(new AssumeRoleCommand(role()));
    const arn = `arn:aws:sts::${ACCOUNT}:assumed-role/deploy/session`;
    assert.equal(user?.Arn, arn);
    const identity = await here.client(keysOf(given)).send(new GetCallerIdentityCommand({}));
    assert.deepEqual([identity.Arn, identity.UserId], [arn, user.AssumedRoleId]);
  });

  it("may do as a role's session what it may do itself, no more", async () => {
    const policies = [
      {
        Version: "2012-10-17",
        Statement: { Effect: "Allow", Action: "sts:AssumeRole", Resource: "arn:aws:iam::*:role/path/deploy" },
      },
    ];
    const here = world(ana(policies));
    await assert.rejects(
      here.client(anasKeys).send(new AssumeRoleCommand(role("other"))),
      named(
        "AccessDenied",
        /not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::111122223333:role\/path\/other/,
      ),
    );
    const { Credentials: given } = await here.client(anasKeys).send(new AssumeRoleCommand(role()));
    assert.equal(here.temporary.find(given?.AccessKeyId ?? "")?.principal.policies, policies);
  });

  const refusals: readonly [string, object, string, RegExp][] = [
    [
      "a role of another account",
      { RoleArn: "arn:aws:iam::999999999999:role/deploy" },
      "AccessDenied",
      /not authorized to perform: sts:AssumeRole/,
    ],
    ["what is no role", { RoleArn: `arn:aws:iam::${ACCOUNT}:user/deploy` }, "ValidationError", /is invalid/],
    ["a session policy", { Policy: "{}" }, "ValidationError", /does not honour Policy/],
    ["session tags", { Tags: [{ Key: "a", Value: "b" }] }, "ValidationError", /does not honour Tags/],
    [
      "a second factor",
      { SerialNumber: "arn:aws:iam::1:mfa/x", TokenCode: "123456" },
      "ValidationError",
      /does not honour SerialNumber/,
    ],
    ["too long a session", { DurationSeconds: 43_201 }, "ValidationError", /between 900 and 43200/],
  ];
  for (const [what, more, name, message] of refusals) {
    it(`is refused ${what}`, async () => {
      await assert.rejects(
        world(ana())
          .client(anasKeys)
          .send(new AssumeRoleCommand({ ...role(), ...more })),
        named(name, message),
      );
    });
  }

  it("is refused a long session of a session", async () => {
    const here = world(ana());
    const { Credentials: given } = await here.client(anasKeys).send(new AssumeRoleCommand(role()));
    const chained = here.client(keysOf(given)).send(new AssumeRoleCommand({ ...role(), DurationSeconds: 3601 }));
    await assert.rejects(chained, named("ValidationError", /role chaining/));
  });

  it("is refused by name what is not served", async () => {
    const federated = { ...role(), WebIdentityToken: "token" };
    await assert.rejects(
      world(ana()).client(anasKeys).send(new AssumeRoleWithWebIdentityCommand(federated)),
      (error: Error) => {
        // The SDK sends this call unsigned, so that without a signature nobody is there to be answered.
        return named("MissingAuthenticationToken", /Missing Authentication Token/)(error);
      },
    );
    await assert.rejects(
      world(ana(), false).client(anasKeys).send(new AssumeRoleCommand(role())),
      named("UnsupportedOperation", /does not serve sts:AssumeRole$/),
    );
  });
});

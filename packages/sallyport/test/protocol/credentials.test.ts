import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { CredentialsError, parseCredentials } from "../../src/protocol/credentials.ts";
import { combinedStore, TemporaryCredentials } from "../../src/protocol/temporary-credentials.ts";
import { AwsError } from "../../src/model/errors.ts";

const SECRET = "a-secret-of-some-length";
const good = {
  accessKeyId: "AKIDEXAMPLE000001",
  secretAccessKey: SECRET,
  account: "000000000012",
  arn: "arn:aws:iam::000000000012:user/ana",
};
const file = (...principals: readonly unknown[]): string => JSON.stringify({ principals });

describe("a credentials file", () => {
  it("is read as YAML", async () => {
    const text = `
principals:
  - accessKeyId: AKIDEXAMPLE000001
    secretAccessKey: ${SECRET}
    account: "000000000012"
    arn: arn:aws:iam::000000000012:user/ana
    policies:
      - Version: "2012-10-17"
        Statement: { Effect: Allow, Action: "apigateway:*", Resource: "*" }
`;
    const found = (await parseCredentials(text, "who.yaml")).find("AKIDEXAMPLE000001");
    assert.equal(found?.secretAccessKey, SECRET);
    assert.equal(found.principal.account, "000000000012");
    assert.equal(found.principal.policies?.length, 1);
    assert.match(found.principal.userId, /^AIDA[0-9A-F]{17}$/);
  });

  it("is read as JSON; without policies everything is allowed, with an empty list nothing", async () => {
    const store = await parseCredentials(
      file(good, { ...good, accessKeyId: "AKIDEXAMPLE000002", policies: [], userId: "AIDAX" }),
      "who.json",
    );
    assert.equal(store.find("AKIDEXAMPLE000001")?.principal.policies, undefined);
    assert.deepEqual(store.find("AKIDEXAMPLE000002")?.principal.policies, []);
    assert.equal(store.find("AKIDEXAMPLE000002")?.principal.userId, "AIDAX");
    assert.equal(store.find("toString"), undefined);
  });

  it("the root's id is its account", async () => {
    const store = await parseCredentials(file({ ...good, arn: "arn:aws:iam::000000000012:root" }), "f");
    assert.equal(store.find(good.accessKeyId)?.principal.userId, "000000000012");
  });

  const bad = (more: object): string => file({ ...good, ...more });
  const statement = { Effect: "Allow", Action: "*", Resource: "*" };
  const refused: readonly [string, string, RegExp][] = [
    ["text that is no YAML", `principals: [${SECRET}`, /^f: line \d+: is not valid YAML/],
    ["a key given twice", "principals: []\nprincipals: []", /^f: line \d+: is not valid YAML \(DUPLICATE_KEY\)/],
    ["no principals", "{}", /^f: principals: must be a list/],
    ["an empty file", "", /^f: principals: must be a list/],
    ["an empty list", file(), /^f: principals: must hold at least one/],
    ["a member beside principals", '{"principals":[],"principal":[]}', /^f: principal: unknown member/],
    ["a principal that is none", file("x"), /^f: principals\[0\]: must be an object/],
    ["a misspelt member", bad({ policy: [] }), /^f: principals\[0\]\.policy: unknown member; known: accessKeyId/],
    ["no secret", bad({ secretAccessKey: null }), /^f: principals\[0\]\.secretAccessKey: is required$/],
    [
      "a key id with blanks",
      bad({ accessKeyId: "AKID EXAMPLE 0001" }),
      /^f: principals\[0\]\.accessKeyId: must be 1 to 128/,
    ],
    [
      "a key id of temporary credentials",
      bad({ accessKeyId: "ASIAEXAMPLE000001" }),
      /^f: principals\[0\]\.accessKeyId: must not begin with ASIA/,
    ],
    [
      "an account whose zeros are gone for want of quotes",
      bad({ account: 12 }),
      /^f: principals\[0\]\.account: must be twelve digits: write it in quotes/,
    ],
    [
      "an account of eleven digits",
      bad({ account: "00000000012" }),
      /^f: principals\[0\]\.account: must be twelve digits, not "00000000012"/,
    ],
    [
      "an ARN that is none",
      bad({ arn: "ana" }),
      /^f: principals\[0\]\.arn: must be the ARN of an IAM or STS principal, not "ana"/,
    ],
    ["an ARN of another service", bad({ arn: "arn:aws:s3:::x" }), /^f: principals\[0\]\.arn: must be the ARN/],
    [
      "an ARN of another account",
      bad({ arn: "arn:aws:iam::000000000013:user/a" }),
      /^f: principals\[0\]\.arn: names the account 000000000013/,
    ],
    ["policies that are no list", bad({ policies: statement }), /^f: principals\[0\]\.policies: must be a list/],
    [
      "a policy that can not be honoured",
      bad({ policies: [{ Statement: [statement, { ...statement, Effect: "allow" }] }] }),
      /^f: principals\[0\]\.policies\[0\]\.Statement\[1\]\.Effect: must be Allow or Deny, not "allow"$/,
    ],
    ["a key id given twice", file(good, good), /^f: principals\[1\]\.accessKeyId: AKIDEXAMPLE000001 is there twice/],
  ];
  for (const [what, text, message] of refused) {
    it(`${what} is refused, and the secret not told`, async () => {
      await assert.rejects(parseCredentials(text, "f"), (error) => {
        assert.ok(error instanceof CredentialsError, String(error));
        assert.match(error.message, message);
        assert.doesNotMatch(error.message, new RegExp(SECRET));
        return true;
      });
    });
  }
});

describe("temporary credentials", () => {
  const principal = { account: "000000000012", arn: good.arn, userId: "AIDAX", policies: undefined };

  it("are found with their token and their end, each different", () => {
    const store = new TemporaryCredentials({ now: () => 1000 });
    const [first, second] = [store.issue(principal, 60), store.issue(principal, 60)];
    assert.match(first.accessKeyId, /^ASIA[A-Z2-7]{16}$/);
    assert.equal(first.secretAccessKey.length, 40);
    assert.notEqual(first.accessKeyId, second.accessKeyId);
    assert.deepEqual(store.find(first.accessKeyId), {
      principal: { ...principal, accessKeyId: first.accessKeyId },
      secretAccessKey: first.secretAccessKey,
      sessionToken: first.sessionToken,
      expiresAt: 61_000,
    });
  });

  it("are bounded in number: ended ones make room, living ones are kept", () => {
    let now = 0;
    const store = new TemporaryCredentials({ now: () => now });
    const first = store.issue(principal, 900);
    for (let count = 1; count < 10_000; count++) store.issue(principal, 900);
    assert.throws(
      () => store.issue(principal, 900),
      (error) => error instanceof AwsError && error.code === "Throttling",
    );
    assert.ok(store.find(first.accessKeyId));
    now = 900_000;
    const next = store.issue(principal, 900);
    assert.ok(store.find(next.accessKeyId));
    assert.equal(store.find(first.accessKeyId), undefined);
  });

  it("stand beside a file's in one store", async () => {
    const temporary = new TemporaryCredentials();
    const store = combinedStore(await parseCredentials(file(good), "f"), temporary);
    const { accessKeyId } = temporary.issue(principal, 60);
    assert.equal(store.find(accessKeyId)?.principal.arn, good.arn);
    assert.equal(store.find(good.accessKeyId)?.secretAccessKey, SECRET);
    assert.equal(store.find("nobody"), undefined);
  });
});

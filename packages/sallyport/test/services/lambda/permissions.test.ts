import assert from "node:assert/strict";
import { after, before, beforeEach, describe, it } from "node:test";
import {
  AddPermissionCommand,
  type AddPermissionCommandInput,
  CreateAliasCommand,
  CreateFunctionCommand,
  DeleteFunctionCommand,
  GetPolicyCommand,
  InvokeCommand,
  PublishVersionCommand,
  RemovePermissionCommand,
} from "@aws-sdk/client-lambda";
import { ACCOUNT, arnOf, minimal, openWorld, refused, REGION, type Who, type World } from "./world.ts";

const SOURCE = `arn:aws:execute-api:${REGION}:${ACCOUNT}:a1b2c3d4e5`;

describe("permissions of a function", () => {
  let world: World;
  let round = 0;
  let name: string;
  before(async () => {
    world = await openWorld();
  });
  beforeEach(async () => {
    round += 1;
    name = `f${round}`;
    await world.client.send(new CreateFunctionCommand(minimal(name)));
  });
  after(() => world.close());

  const add = (more: Partial<AddPermissionCommandInput> = {}) =>
    world.client.send(
      new AddPermissionCommand({
        FunctionName: name,
        StatementId: "gateway",
        Action: "lambda:InvokeFunction",
        Principal: "apigateway.amazonaws.com",
        ...more,
      }),
    );
  /** What the data plane gets of a call of the function. */
  const called = async (sourceArn = `${SOURCE}/$default/GET/pets`, qualifier = "", credentialsArn?: string) => {
    const functionArn = arnOf(name) + qualifier;
    const outcome = await world.functions.invoke({
      functionArn,
      payload: "{}",
      timeoutMs: 1000,
      credentialsArn,
      sourceArn,
    });
    return outcome.kind === "refused" ? outcome.why : outcome.kind;
  };

  it("are none at first: an API may not call it, and hears why", async () => {
    const outcome = await world.functions.invoke({
      functionArn: arnOf(name),
      payload: "{}",
      timeoutMs: 1000,
      credentialsArn: undefined,
      sourceArn: `${SOURCE}/s/GET/x`,
    });
    assert.equal(outcome.kind, "refused");
    assert.match("detail" in outcome ? outcome.detail : "", /no statement of the resource policy of .* AddPermission$/);
    assert.deepEqual(world.host.calls, []);
  });

  it("open the function to the APIs that they name, from the next call on", async () => {
    const { Statement } = await add({ SourceArn: `${SOURCE}/*/*/pets` });
    assert.deepEqual(JSON.parse(Statement ?? ""), {
      Sid: "gateway",
      Effect: "Allow",
      Principal: { Service: "apigateway.amazonaws.com" },
      Action: "lambda:InvokeFunction",
      Resource: arnOf(name),
      Condition: { ArnLike: { "AWS:SourceArn": `${SOURCE}/*/*/pets` } },
    });
    assert.equal(await called(), "result");
    assert.equal(await called(`${SOURCE}/$default/GET/cats`), "permission");
    assert.equal(await called(`arn:aws:execute-api:${REGION}:${ACCOUNT}:other00000/s/GET/pets`), "permission");
    await world.client.send(new RemovePermissionCommand({ FunctionName: name, StatementId: "gateway" }));
    assert.equal(await called(), "permission");
  });

  const rules: readonly [string, Partial<AddPermissionCommandInput>, string][] = [
    ["without a source", {}, "result"],
    ["for the API's account", { SourceAccount: ACCOUNT }, "result"],
    ["for another account", { SourceAccount: "999999999999" }, "permission"],
    ["for everybody", { Principal: "*" }, "result"],
    ["for everything", { Action: "lambda:*" }, "result"],
    ["for another service", { Principal: "events.amazonaws.com" }, "permission"],
    ["for the account itself", { Principal: ACCOUNT }, "permission"],
    ["for another action", { Action: "lambda:GetFunction" }, "permission"],
    ["for the whole API by a wildcard", { SourceArn: `${SOURCE}/*` }, "result"],
    ["for another region's APIs", { SourceArn: `arn:aws:execute-api:us-east-1:${ACCOUNT}:*/*` }, "permission"],
    ["for an organisation, which nobody belongs to here", { PrincipalOrgID: "o-abcdefghij" }, "permission"],
  ];
  for (const [what, more, expected] of rules) {
    it(`${what}: ${expected === "result" ? "the API may" : "the API may not"}`, async () => {
      await add(more);
      assert.equal(await called(), expected);
    });
  }

  it("of an alias and of the function are separate", async () => {
    await world.client.send(new PublishVersionCommand({ FunctionName: name }));
    await world.client.send(new CreateAliasCommand({ FunctionName: name, Name: "live", FunctionVersion: "1" }));
    await add({ Qualifier: "live" });
    assert.deepEqual(
      [await called(undefined, ":live"), await called(), await called(undefined, ":1")],
      ["result", "permission", "permission"],
    );
    await add();
    assert.deepEqual([await called(), await called(undefined, ":$LATEST")], ["result", "result"]);
    const { Policy } = await world.client.send(new GetPolicyCommand({ FunctionName: `${name}:live` }));
    const { Statement } = JSON.parse(Policy ?? "") as { readonly Statement: readonly { readonly Resource: string }[] };
    assert.deepEqual(
      Statement.map(({ Resource }) => Resource),
      [`${arnOf(name)}:live`],
    );
  });

  it("are not asked where the integration has a role of the function's account", async () => {
    assert.equal(await called(undefined, "", `arn:aws:iam::${ACCOUNT}:role/gateway`), "result");
    assert.equal(await called(undefined, "", "arn:aws:iam::999999999999:role/gateway"), "permission");
    assert.equal(await called(undefined, "", "nonsense"), "permission");
  });

  it("go with the function", async () => {
    await add();
    assert.equal(await called(), "result");
    await world.client.send(new DeleteFunctionCommand({ FunctionName: name }));
    assert.equal(await called(), "missing");
    await world.client.send(new CreateFunctionCommand(minimal(name)));
    assert.equal(await called(), "permission");
    assert.deepEqual(world.host.retired.slice(-1), [arnOf(name)]);
  });

  it("let other accounts invoke it through the API", async () => {
    const other: Who = { account: "999999999999" };
    const call = () => world.clientOf(other).send(new InvokeCommand({ FunctionName: arnOf(name) }));
    await refused(
      call(),
      "AccessDeniedException",
      /999999999999:user\/ana is not authorized to perform: lambda:InvokeFunction/,
    );
    await add({ Principal: "999999999999" });
    assert.equal((await call()).StatusCode, 200);
    await refused(
      world.clientOf({ account: "888888888888" }).send(new InvokeCommand({ FunctionName: arnOf(name) })),
      "AccessDeniedException",
      /not authorized/,
    );
  });

  it("are told as a policy, and change the revision", async () => {
    await refused(
      world.client.send(new GetPolicyCommand({ FunctionName: name })),
      "ResourceNotFoundException",
      "The resource you requested does not exist.",
    );
    await add();
    const first = await world.client.send(new GetPolicyCommand({ FunctionName: name }));
    assert.partialDeepStrictEqual(JSON.parse(first.Policy ?? ""), { Version: "2012-10-17", Id: "default" });
    await add({ StatementId: "second", RevisionId: first.RevisionId });
    await refused(
      add({ StatementId: "third", RevisionId: first.RevisionId }),
      "PreconditionFailedException",
      /^The Revision Id/,
    );
  });

  const refusals: readonly [string, Partial<AddPermissionCommandInput>, string, RegExp][] = [
    [
      "$LATEST",
      { Qualifier: "$LATEST" },
      "InvalidParameterValueException",
      /^We currently do not support adding policies for \$LATEST\.$/,
    ],
    ["an alias that is not there", { Qualifier: "none" }, "ResourceNotFoundException", /^Cannot find alias arn: /],
    ["a version that is not there", { Qualifier: "9" }, "ResourceNotFoundException", /^Function not found: .*:9$/],
    [
      "a principal that is none",
      { Principal: "somebody" },
      "InvalidParameterValueException",
      /^The provided principal was invalid/,
    ],
    ["a statement id with blanks", { StatementId: "a b" }, "ValidationException", /at 'statementId'/],
    ["an action of another service", { Action: "s3:GetObject" }, "ValidationException", /at 'action'/],
  ];
  for (const [what, more, error, message] of refusals) {
    it(`are refused for ${what}`, () => refused(add(more), error, message));
  }

  it("are refused twice by the same id, and beyond 20 KB", async () => {
    await add();
    await refused(add(), "ResourceConflictException", /^The statement id \(gateway\) provided already exists/);
    const long = `${SOURCE}/*/*/${"x".repeat(900)}`;
    const adding = async () => {
      for (let n = 0; n < 30; n += 1) await add({ StatementId: `s${n}`, SourceArn: long });
    };
    await refused(
      adding(),
      "PolicyLengthExceededException",
      /^The final policy size \(2\d{4}\) is bigger than the limit \(20480\)\.$/,
    );
  });

  it("that are not there can not be removed", async () => {
    const remove = (StatementId: string, FunctionName = name) =>
      world.client.send(new RemovePermissionCommand({ FunctionName, StatementId }));
    await refused(remove("x", "none"), "ResourceNotFoundException", `No policy found for: ${arnOf("none")}`);
    await refused(remove("x"), "ResourceNotFoundException", "No policy is associated with the given resource.");
    await add();
    await refused(remove("x"), "ResourceNotFoundException", "Statement x is not found in resource policy.");
  });
});

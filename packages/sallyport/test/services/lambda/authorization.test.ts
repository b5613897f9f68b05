import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import {
  AddPermissionCommand,
  CreateFunctionCommand,
  GetFunctionCommand,
  GetLayerVersionCommand,
  InvokeCommand,
  type LambdaClient,
  ListFunctionsCommand,
  TagResourceCommand,
} from "@aws-sdk/client-lambda";
import { arnOf, minimal, openWorld, refused, type World } from "./world.ts";

type Sent = (client: LambdaClient) => Promise<unknown>;

const allow = (Action: string, Resource: string, Condition?: object) => ({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action, Resource, ...(Condition ? { Condition } : {}) }],
});

describe("policies of a caller of the Lambda API", () => {
  let world: World;
  before(async () => {
    world = await openWorld();
    await world.client.send(new CreateFunctionCommand(minimal("f")));
  });
  after(() => world.close());

  const cases: readonly [what: string, policy: object, call: Sent, denied?: RegExp][] = [
    [
      "nothing",
      { Version: "2012-10-17", Statement: [{ Effect: "Deny", Action: "*", Resource: "*" }] },
      (c) => c.send(new ListFunctionsCommand({})),
      /lambda:ListFunctions on resource: \* with an explicit deny/,
    ],
    [
      "the function",
      allow("lambda:GetFunction", arnOf("f")),
      (c) => c.send(new GetFunctionCommand({ FunctionName: "f" })),
    ],
    [
      "the function, named otherwise",
      allow("lambda:GetFunction", arnOf("f")),
      (c) => c.send(new GetFunctionCommand({ FunctionName: arnOf("f") })),
    ],
    [
      "another function",
      allow("lambda:GetFunction", arnOf("g")),
      (c) => c.send(new GetFunctionCommand({ FunctionName: "f" })),
      /lambda:GetFunction on resource: arn:aws:lambda:eu-west-1:111122223333:function:f$/,
    ],
    ["invoking", allow("lambda:InvokeFunction", arnOf("f")), (c) => c.send(new InvokeCommand({ FunctionName: "f" }))],
    [
      "the function, but a version is called",
      allow("lambda:InvokeFunction", arnOf("f")),
      (c) => c.send(new InvokeCommand({ FunctionName: "f", Qualifier: "$LATEST" })),
      /lambda:InvokeFunction on resource: .*:f:\$LATEST$/,
    ],
    [
      "reading, but it is invoked",
      allow("lambda:Get*", "*"),
      (c) => c.send(new InvokeCommand({ FunctionName: "f" })),
      /lambda:InvokeFunction/,
    ],
    [
      "creating",
      allow("lambda:CreateFunction", arnOf("new-*")),
      (c) => c.send(new CreateFunctionCommand(minimal("new-one"))),
    ],
    [
      "creating, but with tags",
      allow("lambda:CreateFunction", "*"),
      (c) => c.send(new CreateFunctionCommand({ ...minimal("new-two"), Tags: { a: "b" } })),
      /lambda:TagResource/,
    ],
    [
      "tags of one name",
      allow("lambda:TagResource", arnOf("f"), { "ForAllValues:StringEquals": { "aws:TagKeys": ["team"] } }),
      (c) => c.send(new TagResourceCommand({ Resource: arnOf("f"), Tags: { team: "a" } })),
    ],
    [
      "tags of another name",
      allow("lambda:TagResource", arnOf("f"), { "ForAllValues:StringEquals": { "aws:TagKeys": ["team"] } }),
      (c) => c.send(new TagResourceCommand({ Resource: arnOf("f"), Tags: { cost: "a" } })),
      /lambda:TagResource/,
    ],
    [
      "other layers",
      allow("lambda:GetLayerVersion", "arn:aws:lambda:eu-west-1:111122223333:layer:other:*"),
      (c) => c.send(new GetLayerVersionCommand({ LayerName: "mine", VersionNumber: 3 })),
      /on resource: arn:aws:lambda:eu-west-1:111122223333:layer:mine:3$/,
    ],
    [
      "permissions for one principal",
      allow("lambda:AddPermission", "*", { StringEquals: { "lambda:Principal": "apigateway.amazonaws.com" } }),
      (c) =>
        c.send(new AddPermissionCommand({ FunctionName: "f", StatementId: "s", Action: "lambda:*", Principal: "*" })),
      /lambda:AddPermission/,
    ],
  ];
  for (const [what, policy, call, denied] of cases) {
    it(`that allow ${what} ${denied ? "do not do" : "do"}`, async () => {
      const client = world.clientOf({ policies: [policy as Readonly<Record<string, unknown>>] });
      if (denied) await refused(call(client), "AccessDeniedException", denied);
      else assert.ok(await call(client));
    });
  }
});

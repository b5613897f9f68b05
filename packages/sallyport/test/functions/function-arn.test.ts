import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { bindFunction, parseFunctionArn } from "../../src/functions/function-arn.ts";

const ARN = "arn:aws:lambda:us-east-1:111122223333:function:pets";
const wrapped = (arn: string) => `arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/${arn}/invocations`;
const VARIABLES = { fn: "pets", alias: "live", whole: "pets:live", role: "invoker", bad: "a/b" };

describe("a function's URI", () => {
  const good: readonly [string, string, string][] = [
    ["a function's ARN", ARN, ARN],
    ["with an alias", `${ARN}:live`, `${ARN}:live`],
    ["with $LATEST", `${ARN}:$LATEST`, `${ARN}:$LATEST`],
    ["an invocation ARN", wrapped(`${ARN}:7`), `${ARN}:7`],
    ["a variable as name", ARN.replace("pets", "${stageVariables.fn}"), ARN],
    ["a variable as alias", wrapped(`${ARN}:\${stageVariables.alias}`), `${ARN}:live`],
    ["a variable as name and alias", ARN.replace("pets", "${stageVariables.whole}"), `${ARN}:live`],
    ["of another partition", ARN.replace("aws", "aws-cn"), ARN.replace("aws", "aws-cn")],
  ];
  for (const [name, uri, arn] of good) {
    it(name, () => {
      assert.deepEqual(bindFunction(uri, undefined, VARIABLES), { kind: "function", arn, credentialsArn: undefined });
    });
  }

  const bad: readonly [string, string | undefined, string | undefined, "uri" | "credentials", RegExp][] = [
    ["a variable without value", `${ARN}:\${stageVariables.none}`, undefined, "uri", /variable none .* has no value/],
    ["a variable of every object", `${ARN}:\${stageVariables.constructor}`, undefined, "uri", /constructor/],
    ["a variable that breaks the ARN", `${ARN}:\${stageVariables.bad}`, undefined, "uri", /is no ARN/],
    ["another service", "arn:aws:sns:us-east-1:111122223333:topic", undefined, "uri", /is no ARN/],
    ["none", undefined, undefined, "uri", /is no ARN/],
    ["a role's variable", ARN, "arn:aws:iam::111122223333:role/${stageVariables.none}", "credentials", /role/],
  ];
  for (const [name, uri, role, member, rule] of bad) {
    it(`is refused: ${name}`, () => {
      const bound = bindFunction(uri, role, VARIABLES);
      assert.equal(bound.kind, "fault");
      assert.ok(bound.kind === "fault" && bound.member === member);
      assert.match(bound.rule, rule);
    });
  }

  it("has its role's variables in place", () => {
    const bound = bindFunction(ARN, "arn:aws:iam::111122223333:role/${stageVariables.role}", VARIABLES);
    assert.ok(bound.kind === "function");
    assert.equal(bound.credentialsArn, "arn:aws:iam::111122223333:role/invoker");
  });

  it("comes apart into name and qualifier", () => {
    assert.deepEqual(parseFunctionArn(`${ARN}:live`), {
      arn: ARN,
      region: "us-east-1",
      account: "111122223333",
      name: "pets",
      qualifier: "live",
    });
    assert.equal(parseFunctionArn(`${ARN}:live:more`), undefined);
  });
});

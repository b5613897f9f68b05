import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { AwsError } from "../../../src/model/errors.ts";
import { authorize } from "../../../src/protocol/iam/authorize.ts";
import type { PolicyDocument } from "../../../src/protocol/principal.ts";
import { caller } from "../calls.ts";
import { allow, API, deny, policy } from "./policies.ts";

describe("authorize", () => {
  const as = (policies: readonly PolicyDocument[] | undefined) => ({
    ...caller,
    principal: { ...caller.principal, policies },
  });
  const refused = (policies: readonly PolicyDocument[]): AwsError => {
    try {
      authorize(as(policies), "apigateway:DELETE", API);
    } catch (error) {
      assert.ok(error instanceof AwsError);
      return error;
    }
    throw new Error("allowed");
  };

  it("without policies everything is allowed, with an empty list nothing", () => {
    authorize(as(undefined), "apigateway:DELETE", API);
    const { status, code, message } = refused([]);
    assert.deepEqual(
      [status, code, message],
      [
        403,
        "AccessDeniedException",
        `User: arn:aws:iam::111122223333:user/ana is not authorized to perform: apigateway:DELETE on resource: ${API}`,
      ],
    );
  });

  it("an explicit deny is told as such", () => {
    assert.match(refused([policy(deny())]).message, / with an explicit deny in an identity-based policy$/);
  });

  it("knows the caller, the region and the time", () => {
    const condition = {
      StringEquals: {
        "aws:username": "ana",
        "aws:PrincipalAccount": "111122223333",
        "aws:RequestedRegion": "eu-west-1",
        "aws:SourceVpc": "v",
      },
      ArnEquals: { "aws:PrincipalArn": "arn:aws:iam::*:user/ana" },
      DateLessThan: { "aws:CurrentTime": "2026-02-01" },
      NumericLessThan: { "aws:EpochTime": Date.UTC(2026, 1, 1) / 1000 },
    };
    const options = (now: number) => ({ now, context: { "aws:SourceVpc": "v" } });
    const conditional = as([policy(allow({ Condition: condition }))]);
    authorize(conditional, "a:b", API, options(Date.UTC(2026, 0, 31)));
    assert.throws(() => authorize(conditional, "a:b", API, options(Date.UTC(2026, 1, 2))), AwsError);
  });
});

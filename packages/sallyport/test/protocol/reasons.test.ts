import assert from "node:assert/strict";
import { test } from "node:test";
import { AwsError } from "../../src/model/errors.ts";
import { restJsonError } from "../../src/protocol/rest-json/error-answer.ts";

const error = new AwsError("BadRequestException", 400, "Invalid OpenAPI input.", {
  cause: new Error("paths:\r\n/x: unknown key é"),
});
const reasonOf = (of: AwsError, tellReasons: boolean) =>
  restJsonError(of, "3b2a1c00-0000-4000-8000-000000000000", 0, { tellReasons }).headers["x-sallyport-reason"];

test("callers of this machine are told the cause of a refusal, on one line of ASCII", () => {
  assert.equal(reasonOf(error, true), "paths:?/x: unknown key ?");
});

test("others are not", () => {
  assert.equal(reasonOf(error, false), undefined);
});

test("a long cause is cut, a failure of ours and an error without cause tell nothing", () => {
  const long = new AwsError("BadRequestException", 400, "x", { cause: new Error("y".repeat(1000)) });
  assert.equal(reasonOf(long, true)?.length, 500);
  assert.equal(reasonOf(new AwsError("InternalServerException", 500, "x", { cause: new Error("z") }), true), undefined);
  assert.equal(reasonOf(new AwsError("BadRequestException", 400, "x"), true), undefined);
});

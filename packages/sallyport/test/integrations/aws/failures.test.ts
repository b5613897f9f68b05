import assert from "node:assert/strict";
import { test } from "node:test";
import { ParameterError } from "../../../src/integrations/aws/parameter-value.ts";
import { NoCredentialsError } from "../../../src/integrations/aws/role-credentials.ts";
import { errorCode, permissionFailure, preparationFailure } from "../../../src/integrations/aws/service-failure.ts";
import { BodyTooLargeError } from "../../../src/upstream/body.ts";

const PERMISSION =
  "The IAM role configured on the integration or API Gateway doesn't have permissions to call the integration. " +
  "Check the permissions and try again.";

test("logs tell of a missing permission in the real service's words, whichever side it is missing on", () => {
  assert.equal(permissionFailure("SQS-SendMessage", "AccessDenied")?.message, PERMISSION);
  const noCredentials = preparationFailure(new NoCredentialsError("none", "set them"));
  assert.deepEqual([noCredentials?.status, noCredentials?.message], [500, PERMISSION]);
});

test("what goes wrong before the call has its status; a defect has none", () => {
  assert.equal(preparationFailure(new ParameterError("QueueUrl", "is wrong"))?.status, 400);
  assert.equal(preparationFailure(new BodyTooLargeError(1))?.status, 413);
  assert.equal(preparationFailure(new TypeError("x")), undefined);
});

for (const [name, headers, body, code] of [
  ["JSON, with a namespace", [], '{"__type":"com.amazonaws.sqs#QueueDoesNotExist"}', "QueueDoesNotExist"],
  ["JSON, bare", [], '{"message":"m","__type" : "ValidationException"}', "ValidationException"],
  [
    "a header with a URL",
    ["X-Amzn-ErrorType", "ResourceNotFoundException:http://x/"],
    "{}",
    "ResourceNotFoundException",
  ],
  ["XML", [], "<ErrorResponse><Error><Code>AccessDenied</Code></Error></ErrorResponse>", "AccessDenied"],
  ["none", [], "oops", ""],
] as const) {
  test(`the code of a service's error: ${name}`, () => {
    assert.equal(errorCode(headers, Buffer.from(body)), code);
    assert.equal(permissionFailure("x", code) !== undefined, code === "AccessDenied");
  });
}

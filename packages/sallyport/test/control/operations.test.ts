import assert from "node:assert/strict";
import { test } from "node:test";
import { apigatewayv2 } from "../../src/control/model-rules.ts";
import { operations } from "../../src/control/operations.ts";

const PORTAL = /Portal|ProductPage|ProductRestEndpointPage/;

test("every operation of the model is served, but those of developer portals", () => {
  const missing = Object.keys(apigatewayv2.operations).filter((name) => !(name in operations));
  assert.deepEqual(
    missing.filter((name) => !PORTAL.test(name)),
    [],
  );
  assert.equal(missing.length, 103 - Object.keys(operations).length);
});

test("nothing is served that the model does not know", () => {
  assert.deepEqual(
    Object.keys(operations).filter((name) => !(name in apigatewayv2.operations)),
    [],
  );
});

import assert from "node:assert/strict";
import { describe, it } from "node:test";

import * as fc from "fast-check";

import { createRestJsonService } from "../../../src/protocol/rest-json/server.ts";
import { loadServiceModel } from "../../../src/protocol/service-model.ts";
import { violations } from "../../../src/protocol/validation.ts";
import { caller, jsonOf, requestId } from "../calls.ts";
import { anyRequest, validRequest } from "../model-arbitraries.ts";

const model = loadServiceModel("apigatewayv2");

describe("random input at a service that echoes", () => {
  it("never answers 5xx, never fails, and always tells an error type", async () => {
    const service = createRestJsonService({
      model,
      onError: (error) => assert.fail(error as Error),
      invoke: async (operation, input) => {
        violations(model, operation, input);
        return input;
      },
    });
    await fc.assert(
      fc.asyncProperty(anyRequest(model), async ({ request }) => {
        const answer = await service.handle(request, caller, requestId);
        assert.ok(answer.status < 500, `${answer.status} ${String(answer.body)}`);
        if (answer.status >= 400) assert.match(answer.headers["x-amzn-ErrorType"] ?? "", /Exception$/);
        if (answer.status !== 204) jsonOrDocument(answer);
        assert.equal(Object.hasOwn(Object.prototype, "polluted"), false);
      }),
      { numRuns: 1000 },
    );
  });

  it("of every operation, valid input arrives whole and breaks no rule", async () => {
    for (const name of Object.keys(model.operations)) {
      await fc.assert(
        fc.asyncProperty(validRequest(model, name), async ({ request }) => {
          let seen: readonly [string, object] | undefined;
          const service = createRestJsonService({
            model,
            onError: (error) => assert.fail(error as Error),
            invoke: async (operation, input) => {
              seen = [operation, input];
            },
          });
          const answer = await service.handle(request, caller, requestId);
          assert.equal(answer.status, model.operations[name]?.status, String(answer.body));
          assert.equal(seen?.[0], name);
          assert.deepEqual(violations(model, name, seen?.[1] ?? {}), []);
        }),
        { numRuns: 5 },
      );
    }
  });

  it("what goes in under a wire name comes out under it", async () => {
    const service = createRestJsonService({
      model,
      onError: (error) => assert.fail(error as Error),
      invoke: async (_, input) => input,
    });
    await fc.assert(
      fc.asyncProperty(validRequest(model, "UpdateStage"), async ({ request }) => {
        const answer = await service.handle(request, caller, requestId);
        const { stageName, ...sent } = {
          stageName: "",
          ...(JSON.parse(Buffer.from(request.body).toString()) as object),
        };
        const { stageName: label, ...echoed } = jsonOf(answer) as Record<string, unknown>;
        assert.equal(typeof label, "string");
        assert.equal(stageName, "");
        assert.deepEqual(echoed, JSON.parse(JSON.stringify(sent)));
      }),
      { numRuns: 100 },
    );
  });
});

function jsonOrDocument(answer: {
  readonly body: string | Uint8Array;
  readonly headers: Readonly<Record<string, string>>;
}): void {
  assert.equal(answer.headers["content-type"], "application/json");
  if (answer.body !== "") JSON.parse(Buffer.from(answer.body).toString("utf8"));
}

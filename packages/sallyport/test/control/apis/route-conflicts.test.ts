import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import * as fc from "fast-check";
import type { Reader } from "../../../src/ledger/ledger.ts";
import { checkRouteLevels } from "../../../src/control/apis/route/route-conflicts.ts";
import { AwsError } from "../../../src/model/errors.ts";
import { parseHttpRouteKey } from "../../../src/model/route-key.ts";
import { type Harness } from "../harness.ts";
import { assertFails, createApi, openApis } from "./fixtures.ts";

const conflictOf = (added: string, existing: string): string =>
  `The provided route key "${added}" has a conflicting variable on the same hierarchical level as "${existing}"`;

describe("variables of routes at one level", () => {
  let harness: Harness;
  before(async () => {
    harness = await openApis();
  });
  after(() => harness.close());

  const cases: readonly (readonly [existing: string, added: string, conflict: boolean])[] = [
    ["GET /v/{a}", "GET /v/{b}/x", true],
    ["GET /v/{a}/x", "GET /v/{b}/y", true],
    ["GET /v/{a}", "GET /v/{b}", true],
    ["GET /v/{a}/{b}", "GET /v/{a}/{c}", true],
    ["GET /v/{a+}", "GET /v/{b+}", true],
    ["GET /v/{a}", "GET /v/{a}/x", false],
    ["GET /v/{a}", "POST /v/{b}", false],
    ["GET /v/{a}", "ANY /v/{b}/x", false],
    ["GET /v/{a}", "GET /w/{b}", false],
    ["GET /v/{a}", "GET /v/{proxy+}", false],
    ["GET /v/{a}", "GET /v/x/{b}", false],
    ["GET /{a}/list", "GET /pets/{b}", false],
  ];
  for (const [existing, added, conflict] of cases) {
    it(`${conflict ? "conflict" : "agree"}: ${existing} and ${added}`, async () => {
      const ApiId = await createApi(harness, "HTTP");
      await harness.call("CreateRoute", { ApiId, RouteKey: existing });
      if (conflict) {
        await assertFails(harness, "CreateRoute", { ApiId, RouteKey: added }, 409, conflictOf(added, existing));
      } else await harness.call("CreateRoute", { ApiId, RouteKey: added });
    });
  }

  it("mean nothing in the keys of WebSocket APIs", async () => {
    const ApiId = await createApi(harness, "WEBSOCKET");
    for (const RouteKey of ["GET /v/{a}", "GET /v/{b}/x"]) await harness.call("CreateRoute", { ApiId, RouteKey });
    assert.equal((await harness.call("GetRoutes", { ApiId })).Items?.length, 2);
  });

  it("are free again when the last route with them is deleted or renamed", async () => {
    const ApiId = await createApi(harness, "HTTP");
    const { RouteId: first = "" } = await harness.call("CreateRoute", { ApiId, RouteKey: "GET /v/{a}" });
    const { RouteId: second = "" } = await harness.call("CreateRoute", { ApiId, RouteKey: "GET /v/{a}/x" });
    await harness.call("DeleteRoute", { ApiId, RouteId: first });
    const refused = conflictOf("GET /v/{b}", "GET /v/{a}/x");
    await assertFails(harness, "CreateRoute", { ApiId, RouteKey: "GET /v/{b}" }, 409, refused);
    await harness.call("UpdateRoute", { ApiId, RouteId: second, RouteKey: "GET /x" });
    await harness.call("CreateRoute", { ApiId, RouteKey: "GET /v/{b}" });
  });

  it("may be renamed where the route is the only one, not where another has them", async () => {
    const ApiId = await createApi(harness, "HTTP");
    const { RouteId = "" } = await harness.call("CreateRoute", { ApiId, RouteKey: "GET /v/{a}" });
    await harness.call("UpdateRoute", { ApiId, RouteId, RouteKey: "GET /v/{b}" });
    const { RouteId: other = "" } = await harness.call("CreateRoute", { ApiId, RouteKey: "GET /v/{b}/x" });
    const refused = conflictOf("GET /v/{c}", "GET /v/{b}/x");
    await assertFails(harness, "UpdateRoute", { ApiId, RouteId, RouteKey: "GET /v/{c}" }, 409, refused);
    await harness.call("DeleteRoute", { ApiId, RouteId: other });
    await harness.call("UpdateRoute", { ApiId, RouteId, RouteKey: "GET /v/{c}" });
  });

  it("are found with two documents a level, however many routes have them", async () => {
    const limits: (number | undefined)[] = [];
    const reader: Reader = {
      get: () => assert.fail("reads a document"),
      list: (query) => {
        limits.push("collection" in query ? query.limit : undefined);
        return Promise.resolve([]);
      },
    };
    await checkRouteLevels(reader, "api", "GET /{a}/x/{b}/{c+}");
    assert.deepEqual(limits, [2, 2, 2]);
  });

  it("conflict exactly when a comparison of all pairs says so", async () => {
    const segment = fc.constantFrom("x", "y", "{a}", "{b}");
    const routeKey = fc
      .tuple(fc.constantFrom("GET", "ANY"), fc.array(segment, { minLength: 1, maxLength: 3 }))
      .map(([method, segments]) => `${method} /${segments.join("/")}`);
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(routeKey, { maxLength: 6 }), async (routeKeys) => {
        const ApiId = await createApi(harness, "HTTP");
        const taken: string[] = [];
        for (const RouteKey of routeKeys) {
          if (/(\{.\}).*\1/.test(RouteKey)) continue;
          const outcome = await harness.call("CreateRoute", { ApiId, RouteKey }).then(
            () => "made",
            (error: unknown) => (error instanceof AwsError ? error.code : Promise.reject(error)),
          );
          const expected = taken.some((key) => disagree(key, RouteKey)) ? "ConflictException" : "made";
          assert.equal(outcome, expected, `${RouteKey} after ${taken.join(", ")}`);
          if (outcome === "made") taken.push(RouteKey);
        }
      }),
      { numRuns: 25 },
    );
  });
});

/** The rule itself, for two routes: the first differing part of the same shape decides. */
function disagree(one: string, other: string): boolean {
  const [a, b] = [parseHttpRouteKey(one), parseHttpRouteKey(other)];
  if (a.kind !== "path" || b.kind !== "path" || a.method !== b.method) return false;
  for (const [index, left] of a.segments.entries()) {
    const right = b.segments[index];
    if (left.kind !== right?.kind) return false;
    if (left.kind === "literal") {
      if (right.kind === "literal" && left.text !== right.text) return false;
    } else if (right.kind !== "literal" && left.name !== right.name) return true;
  }
  return false;
}

/** The whole control plane behind its protocol, thrown random requests at: whatever comes, it answers, and never with a 5xx. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import * as fc from "fast-check";
import { apigatewayv2 } from "../../src/control/model-rules.ts";
import { DEFAULT_QUOTAS } from "../../src/control/quotas.ts";
import { createControlService } from "../../src/control/service.ts";
import { openSqliteLedger } from "../../src/ledger/sqlite.ts";
import type { AwsResponse } from "../../src/protocol/service.ts";
import { caller, jsonOf, request, requestId } from "../protocol/calls.ts";
import { anyRequest } from "../protocol/model-arbitraries.ts";

test("random requests to every operation find no 5xx", async (context) => {
  const folder = mkdtempSync(join(tmpdir(), "sallyport-random-"));
  const ledger = await openSqliteLedger({ path: join(folder, "ledger.sqlite") });
  context.after(async () => {
    await ledger.close();
    rmSync(folder, { recursive: true });
  });
  const failures: unknown[] = [];
  const service = createControlService({
    ledger,
    onError: (error) => failures.push(error),
    settings: {
      quotas: { ...DEFAULT_QUOTAS, apisPerRegion: 5, routesPerApi: 20 },
      references: undefined,
      checkVpcLinks: true,
      vpcLinkDelayMs: 0,
      endpointOf: (apiId) => `http://${apiId}.localhost`,
    },
  });
  const call = (method: string, target: string, body?: object): Promise<AwsResponse> =>
    service.handle(request(method, target, body), caller, requestId);
  const made = async (target: string, body: object, id: string): Promise<string> => {
    const answer = await call("POST", target, body);
    assert.equal(answer.status, 201, Buffer.from(answer.body).toString());
    return (jsonOf(answer) as Record<string, string>)[id] as string;
  };
  const http = await made("/v2/apis", { name: "h", protocolType: "HTTP", target: "http://127.0.0.1:1" }, "apiId");
  const webSocket = await made(
    "/v2/apis",
    { name: "w", protocolType: "WEBSOCKET", routeSelectionExpression: "$request.body.action" },
    "apiId",
  );
  const route = await made(`/v2/apis/${http}/routes`, { routeKey: "GET /x" }, "routeId");
  const link = await made("/v2/vpclinks", { name: "v", subnetIds: ["s"] }, "vpcLinkId");
  await made(
    "/v2/domainnames",
    { domainName: "a.example.com", domainNameConfigurations: [{ certificateArn: "c" }] },
    "domainName",
  );
  const known = {
    apiId: [http, webSocket],
    routeId: [route],
    vpcLinkId: [link],
    domainName: ["a.example.com"],
    stageName: ["$default"],
    stage: ["$default"],
  };
  await fc.assert(
    fc.asyncProperty(anyRequest(apigatewayv2, { known }), async ({ operation, request: drawn }) => {
      // The document would be gone, and with it what the other requests are about.
      fc.pre(operation !== "DeleteApi" && operation !== "DeleteDomainName");
      const { status, headers, body } = await service.handle(drawn, caller, requestId);
      assert.ok(status < 500, `${operation}: ${status} ${Buffer.from(body).toString()} ${String(failures.at(-1))}`);
      if (status >= 400) assert.ok(headers["x-amzn-ErrorType"], `${operation}: ${status} without an error type`);
    }),
    { numRuns: 3000, endOnFailure: true },
  );
  assert.deepEqual(failures, []);
});

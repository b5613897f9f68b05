import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { AwsError } from "../../../src/model/errors.ts";
import { withContentType } from "../../../src/protocol/rest-json/serialize.ts";
import type { RestJsonServiceOptions } from "../../../src/protocol/rest-json/server.ts";
import { createRestJsonService } from "../../../src/protocol/rest-json/server.ts";
import type { AwsRequest, AwsResponse } from "../../../src/protocol/service.ts";
import { loadServiceModel } from "../../../src/protocol/service-model.ts";
import { caller, jsonOf, request, requestId } from "../calls.ts";

const model = loadServiceModel("apigatewayv2");

interface Exchange {
  readonly answer: AwsResponse;
  /** What the operation was called with; undefined when it was not called. */
  readonly called: { readonly operation: string; readonly input: Record<string, unknown> } | undefined;
  readonly logged: readonly unknown[];
}

async function exchange(
  sent: AwsRequest,
  output: unknown = {},
  more: Partial<RestJsonServiceOptions> = {},
): Promise<Exchange> {
  let called: Exchange["called"];
  const logged: unknown[] = [];
  const service = createRestJsonService({
    model,
    onError: (error) => logged.push(error),
    now: () => Date.UTC(2026, 0, 31, 12, 34, 56),
    invoke: async (operation, input) => {
      called = { operation, input };
      if (output instanceof Error) throw output;
      return output as object;
    },
    ...more,
  });
  const answer = await service.handle(sent, caller, requestId);
  return { answer, called, logged };
}

describe("a path and a method find their operation", () => {
  const arn = "arn:aws:apigateway:us-east-1::/apis/abc/stages/$default";
  const cases: readonly [string, string, string, object][] = [
    ["GET", "/v2/apis", "GetApis", {}],
    ["GET", "/v2/apis/a1b2", "GetApi", { ApiId: "a1b2" }],
    ["GET", "/v2/apis/a%20b", "GetApi", { ApiId: "a b" }],
    ["GET", "/v2/apis/a+b", "GetApi", { ApiId: "a+b" }],
    ["GET", "/v2/apis/a1/stages/%24default", "GetStage", { ApiId: "a1", StageName: "$default" }],
    ["GET", "/v2/apis/a1/stages/$default", "GetStage", { ApiId: "a1", StageName: "$default" }],
    [
      "DELETE",
      "/v2/apis/a1/stages/s/routesettings/GET%20%2Fpets",
      "DeleteRouteSettings",
      { ApiId: "a1", StageName: "s", RouteKey: "GET /pets" },
    ],
    [
      "DELETE",
      "/v2/apis/a1/routes/r1/requestparameters/route.request.querystring.q",
      "DeleteRouteRequestParameter",
      { ApiId: "a1", RouteId: "r1", RequestParameterKey: "route.request.querystring.q" },
    ],
    ["GET", `/v2/tags/${encodeURIComponent(arn)}`, "GetTags", { ResourceArn: arn }],
    ["GET", `/v2/tags/${arn}`, "GetTags", { ResourceArn: arn }],
    [
      "DELETE",
      `/v2/tags/${arn}?tagKeys=a&tagKeys=b+c&tagKeys=%26`,
      "UntagResource",
      { ResourceArn: arn, TagKeys: ["a", "b c", "&"] },
    ],
    [
      "GET",
      "/v2/apis/a1/exports/OAS30?outputType=YAML&includeExtensions=false",
      "ExportApi",
      { ApiId: "a1", Specification: "OAS30", OutputType: "YAML", IncludeExtensions: false },
    ],
    ["GET", "/v2/apis?maxResults=2&nextToken=a%3D&unknown=1", "GetApis", { MaxResults: "2", NextToken: "a=" }],
    ["GET", "/v2/domainnames/d/routingrules?maxResults=7", "ListRoutingRules", { DomainName: "d", MaxResults: 7 }],
    ["GET", "/v2/apis?maxResults=1&maxResults=2", "GetApis", { MaxResults: "1" }],
  ];
  for (const [method, target, operation, input] of cases) {
    it(`${method} ${target} is ${operation}`, async () => {
      const { called } = await exchange(request(method, target));
      assert.deepEqual(called, { operation, input });
    });
  }

  it("every operation of the model is found by its own template", async () => {
    for (const [name, { method, uri }] of Object.entries(model.operations)) {
      const { called } = await exchange(request(method, uri.replaceAll(/\{[^}]+\}/g, "x1")));
      assert.equal(called?.operation, name);
    }
  });
});

describe("a request that no operation answers", () => {
  const cases: readonly [string, string, number, string][] = [
    ["GET", "/v2/nothing", 404, "UnknownOperationException"],
    ["GET", "/", 404, "UnknownOperationException"],
    ["GET", "", 404, "UnknownOperationException"],
    ["GET", "*", 404, "UnknownOperationException"],
    ["GET", "/v2/apis/a/nothing", 404, "UnknownOperationException"],
    ["GET", "/v2/apis/a/", 404, "UnknownOperationException"],
    ["GET", "/v2/apis//routes", 404, "UnknownOperationException"],
    ["TRACE", "/v2/apis", 404, "UnknownOperationException"],
    ["POST", "/v2/apis/a1", 404, "UnknownOperationException"],
    ["DELETE", "/v2/apis/", 404, "UnknownOperationException"],
    ["DELETE", "/v2/tags/", 404, "UnknownOperationException"],
    ["GET", "/v2/apis/%zz", 400, "BadRequestException"],
    ["GET", "/v2/apis/%ff", 400, "BadRequestException"],
    ["GET", "/v2/apis?nextToken=%", 400, "BadRequestException"],
    ["GET", "/v2/apis/a/exports/OAS30?includeExtensions=yes", 400, "BadRequestException"],
    ["GET", "/v2/domainnames/d/routingrules?maxResults=2.5", 400, "BadRequestException"],
    ["GET", "/v2/domainnames/d/routingrules?maxResults=99999999999", 400, "BadRequestException"],
  ];
  for (const [method, target, status, code] of cases) {
    it(`${method} ${target} is ${status} ${code}`, async () => {
      const { answer, called } = await exchange(request(method, target));
      assert.equal(answer.status, status);
      assert.equal(answer.headers["x-amzn-ErrorType"], code);
      assert.equal(typeof (jsonOf(answer) as { message: unknown }).message, "string");
      assert.equal(called, undefined);
    });
  }

  it("a read without its identifier answers 200 with an empty object", async () => {
    const { answer, called } = await exchange(request("GET", "/v2/apis/"));
    assert.deepEqual([answer.status, answer.body, called], [200, "{}", undefined]);
  });
});

describe("a body becomes an input with the model's names", () => {
  const create = (body: unknown) => exchange(request("POST", "/v2/apis", body));

  it("structures are renamed at every depth, keys of maps are not", async () => {
    const { called } = await exchange(
      request("PATCH", "/v2/apis/a/stages/s", {
        routeSettings: { "GET /camelCase": { throttlingBurstLimit: 5, loggingLevel: "OFF" } },
        stageVariables: { someKey: "v" },
        accessLogSettings: { destinationArn: "x" },
      }),
    );
    assert.deepEqual(called?.input, {
      ApiId: "a",
      StageName: "s",
      RouteSettings: { "GET /camelCase": { ThrottlingBurstLimit: 5, LoggingLevel: "OFF" } },
      StageVariables: { someKey: "v" },
      AccessLogSettings: { DestinationArn: "x" },
    });
  });

  it("null is absence, also within maps; empty text is a value", async () => {
    const { called } = await create({ name: null, version: "", tags: { a: null, b: "" } });
    assert.deepEqual(called?.input, { Version: "", Tags: { b: "" } });
  });

  it("unknown members and members in the wrong case are ignored", async () => {
    const { called } = await create({ nothing: { deep: [1] }, Name: "capital", apiId: "x" });
    assert.deepEqual(called?.input, {});
  });

  it("a label can not be given in the body", async () => {
    const { called } = await exchange(request("PATCH", "/v2/apis/real", { apiId: "forged" }));
    assert.equal(called?.input["ApiId"], "real");
  });

  it("any content type, or none, is JSON; no body is no members", async () => {
    const { called } = await exchange(
      request("POST", "/v2/apis", { name: "n" }, { "content-type": "application/x-amz-json-1.1" }),
    );
    assert.deepEqual(called?.input, { Name: "n" });
    assert.deepEqual((await create("")).called?.input, {});
  });

  it("a __proto__ key is data and changes no prototype", async () => {
    const { called, answer } = await exchange(
      request("POST", "/v2/apis", '{"__proto__":{"name":"p"},"tags":{"__proto__":"v"}}'),
      { Tags: JSON.parse('{"__proto__":"v"}') },
    );
    assert.deepEqual(Object.keys(called?.input ?? {}), ["Tags"]);
    assert.equal(Object.getPrototypeOf(called?.input["Tags"]), Object.prototype);
    assert.equal(Object.hasOwn(called?.input["Tags"] as object, "__proto__"), true);
    assert.equal(answer.body, '{"tags":{"__proto__":"v"}}');
    assert.equal(({} as { name?: string }).name, undefined);
  });

  const refused: readonly [string, unknown, RegExp][] = [
    ["malformed JSON", "{", /not valid JSON/],
    ["text behind the JSON", "{}x", /not valid JSON/],
    ["a list", "[]", /it must be an object/],
    ["null", "null", /it must be an object/],
    ["a text", '"x"', /it must be an object/],
    ["bytes that are not UTF-8", Buffer.from([0x7b, 0xff, 0x7d]), /UTF-8/],
    ["a number for a text", { name: 5 }, /name must be a string/],
    ["an object for a text", { name: {} }, /name must be a string/],
    ["half a surrogate pair", '{"name":"\\ud800"}', /name must be a string of well-formed Unicode/],
    ["half a surrogate pair in a key", '{"tags":{"\\ud800":"x"}}', /must be a string of well-formed Unicode/],
    ["a text for a boolean", { disableExecuteApiEndpoint: "true" }, /disableExecuteApiEndpoint must be a boolean/],
    [
      "a text for a list",
      { corsConfiguration: { allowMethods: "GET" } },
      /corsConfiguration\.allowMethods must be a list/,
    ],
    [
      "null in a list",
      { corsConfiguration: { allowMethods: ["a", null] } },
      /corsConfiguration\.allowMethods\[1\] must be a string/,
    ],
    ["a list for a map", { tags: [] }, /tags must be an object/],
    ["a number in a map", { tags: { "a b": 1 } }, /tags\["a b"\] must be a string/],
    ["a text for an integer", { corsConfiguration: { maxAge: "1" } }, /corsConfiguration\.maxAge must be an integer/],
    ["a fraction", { corsConfiguration: { maxAge: 1.5 } }, /maxAge must be an integer/],
    ["more than 32 bits", { corsConfiguration: { maxAge: 2 ** 31 } }, /maxAge must be an integer of 32 bits/],
  ];
  for (const [what, body, message] of refused) {
    it(`${what} is 400 and names the place`, async () => {
      const { answer, called } = await create(body);
      assert.equal(answer.status, 400);
      assert.equal(answer.headers["x-amzn-ErrorType"], "BadRequestException");
      assert.match((jsonOf(answer) as { message: string }).message, message);
      assert.equal(called, undefined);
    });
  }

  it("an infinite number is refused, 32 bits to the edge are not", async () => {
    const settings = (limit: string) => `{"defaultRouteSettings":{"throttlingRateLimit":${limit}}}`;
    const { answer } = await exchange(request("PATCH", "/v2/apis/a/stages/s", settings("1e999")));
    assert.match(String(answer.body), /throttlingRateLimit must be a finite number/);
    const { called } = await create({ corsConfiguration: { maxAge: -(2 ** 31) } });
    assert.deepEqual(called?.input, { CorsConfiguration: { MaxAge: -2147483648 } });
  });

  it("a body beyond the bound is 413 and is not parsed", async () => {
    const { answer } = await create(Buffer.alloc(16 * 1024 * 1024 + 1, 0x20));
    assert.equal(answer.status, 413);
  });
});

describe("an output becomes an answer", () => {
  it("only modelled members, by wire name, absent ones left out, never null", async () => {
    const { answer } = await exchange(request("POST", "/v2/apis"), {
      ApiId: "a1",
      Name: undefined,
      Description: null,
      Secret: "not modelled",
      Tags: { CamelKey: "v", gone: undefined },
      CorsConfiguration: { AllowMethods: ["GET"], Other: 1 },
      CreatedDate: "2026-01-31T13:34:56.789+01:00",
    });
    assert.equal(answer.status, 201);
    assert.equal(answer.headers["content-type"], "application/json");
    assert.deepEqual(jsonOf(answer), {
      apiId: "a1",
      corsConfiguration: { allowMethods: ["GET"] },
      createdDate: "2026-01-31T12:34:56Z",
      tags: { CamelKey: "v" },
    });
  });

  it("a Date is written in seconds", async () => {
    const { answer } = await exchange(request("GET", "/v2/apis/a"), {
      CreatedDate: new Date(Date.UTC(2026, 0, 31, 12, 34, 56, 999)),
    });
    assert.deepEqual(jsonOf(answer), { createdDate: "2026-01-31T12:34:56Z" });
  });

  it("204 has neither a body nor a content type", async () => {
    const { answer } = await exchange(request("DELETE", "/v2/apis/a1"), undefined);
    assert.deepEqual([answer.status, answer.body, answer.headers["content-type"]], [204, "", undefined]);
  });

  for (const [method, path, status] of [
    ["DELETE", "/v2/vpclinks/v", 202],
    ["POST", "/v2/tags/arn", 201],
    ["PUT", "/v2/apis", 201],
    ["PUT", "/v2/domainnames/d/routingrules/r", 200],
  ] as const) {
    it(`${method} ${path} answers ${status} with an object`, async () => {
      const { answer } = await exchange(request(method, path));
      assert.deepEqual([answer.status, answer.body], [status, "{}"]);
    });
  }

  it("an exported API is the body itself, with the type it was given", async () => {
    const target = "/v2/apis/a/exports/OAS30?outputType=YAML";
    const yaml = await exchange(
      request("GET", target),
      withContentType({ body: "openapi: 3.0.1\n" }, "application/yaml"),
    );
    assert.deepEqual([yaml.answer.body, yaml.answer.headers["content-type"]], ["openapi: 3.0.1\n", "application/yaml"]);
    const json = await exchange(request("GET", target), { body: Buffer.from("{}") });
    assert.deepEqual([json.answer.body, json.answer.headers["content-type"]], [Buffer.from("{}"), "application/json"]);
  });

  it("every answer carries the ids that the request id decides", async () => {
    for (const sent of [request("GET", "/v2/apis"), request("GET", "/v2/apis/"), request("GET", "/v2/x")]) {
      const { headers } = (await exchange(sent)).answer;
      assert.equal(headers["x-amzn-RequestId"], requestId);
      assert.match(headers["x-amz-apigw-id"] ?? "", /^[A-Za-z0-9+/]{15}=$/);
      assert.equal(headers["x-amzn-Trace-Id"], "Root=1-697df6f0-3f0c9a527d1e4b6f8a901c2d");
    }
  });
});

describe("an error becomes an answer", () => {
  it("an AwsError gives its code, status, message and members", async () => {
    const error = new AwsError("NotFoundException", 404, "Invalid API identifier", {
      members: { resourceType: "Api" },
      cause: "secret",
    });
    const { answer, logged } = await exchange(request("GET", "/v2/apis/a"), error);
    assert.equal(answer.status, 404);
    assert.equal(answer.headers["x-amzn-ErrorType"], "NotFoundException");
    assert.deepEqual(jsonOf(answer), { message: "Invalid API identifier", resourceType: "Api" });
    assert.deepEqual(logged, []);
  });

  it("anything else is 500 without details, which go to the log", async () => {
    const error = new Error("the password is hunter2");
    const { answer, logged } = await exchange(request("GET", "/v2/apis/a"), error);
    assert.equal(answer.status, 500);
    assert.equal(answer.headers["x-amzn-ErrorType"], "InternalServerException");
    assert.deepEqual(jsonOf(answer), { message: "Internal server error" });
    assert.deepEqual(logged, [error]);
  });

  it("a number that JSON can not hold is 500, not null", async () => {
    const { answer, logged } = await exchange(request("GET", "/v2/apis/a"), { CorsConfiguration: { MaxAge: NaN } });
    assert.equal(answer.status, 500);
    assert.equal(logged.length, 1);
  });

  it("authorize is asked with the input and stops the call", async () => {
    const refusal = new AwsError("AccessDeniedException", 403, "no");
    const { answer, called } = await exchange(
      request("DELETE", "/v2/apis/a1"),
      {},
      {
        authorize: (call) => {
          assert.deepEqual(
            [call.operation, call.method, call.input, call.caller],
            ["DeleteApi", "DELETE", { ApiId: "a1" }, caller],
          );
          throw refusal;
        },
      },
    );
    assert.equal(answer.status, 403);
    assert.equal(called, undefined);
  });
});

import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { schemaFault } from "../../../src/control/apis/model/model-schema.ts";
import { modelTemplate } from "../../../src/control/apis/model/model-template.ts";
import type { Harness } from "../harness.ts";
import { assertFails, createApi, openApis } from "./fixtures.ts";

const INVALID =
  /^Invalid model specified: Validation Result: warnings : \[\], errors : \[Invalid model schema specified/;

describe("models", () => {
  let harness: Harness;
  let ApiId = "";
  before(async () => {
    harness = await openApis();
    ApiId = await createApi(harness, "WEBSOCKET");
  });
  after(() => harness.close());

  it("read back what was sent, the schema byte for byte", async () => {
    const sent = {
      Name: "pet1",
      ContentType: "application/json",
      Description: "d",
      Schema: '{ "type" :"object",\n"title": "é" }',
    };
    const { ModelId = "", ...created } = await harness.call("CreateModel", { ApiId, ...sent });
    assert.deepEqual(created, sent);
    assert.match(ModelId, /^[a-z0-9]{6}$/);
    assert.deepEqual(await harness.call("GetModel", { ApiId, ModelId }), { ...sent, ModelId });
    const bare = await harness.call("CreateModel", { ApiId, Name: "bare", Schema: "{}" });
    assert.deepEqual(Object.keys(bare).toSorted(), ["ModelId", "Name", "Schema"]);
  });

  it("are refused with another name, a taken one, and a schema that is none", async () => {
    await harness.call("CreateModel", { ApiId, Name: "taken", Schema: "{}" });
    const cases: readonly (readonly [object, number, string | RegExp])[] = [
      [{ Name: "a-b", Schema: "{}" }, 400, "Model name must be alphanumeric: a-b"],
      [{ Name: "", Schema: "{}" }, 400, /^Model name must be alphanumeric/],
      [{ Name: "taken", Schema: "{}" }, 409, /taken already exists/],
      [{ Name: "m", Schema: "{" }, 400, INVALID],
      [{ Name: "m", Schema: '{"type":"pet"}' }, 400, INVALID],
    ];
    for (const [input, status, message] of cases) {
      await assertFails(harness, "CreateModel", { ApiId, ...input }, status, message);
    }
  });

  it("hold anything where schema validation is off", async () => {
    const open = await createApi(harness, "WEBSOCKET", { DisableSchemaValidation: true });
    const { ModelId = "" } = await harness.call("CreateModel", { ApiId: open, Name: "m", Schema: "{" });
    const { Value = "" } = await harness.call("GetModelTemplate", { ApiId: open, ModelId });
    assert.match(Value, /^#set\(\$inputRoot/);
  });

  it("are not for HTTP APIs", async () => {
    const http = await createApi(harness, "HTTP");
    const message = "Currently, Models are not permitted for APIs with a protocol type of HTTP";
    await assertFails(harness, "CreateModel", { ApiId: http, Name: "m", Schema: "{}" }, 400, message);
  });

  it("are patched, and renamed when nothing names them", async () => {
    const { ModelId = "" } = await harness.call("CreateModel", {
      ApiId,
      Name: "before",
      Schema: "{}",
      Description: "d",
    });
    const id = { ApiId, ModelId };
    const updated = await harness.call("UpdateModel", {
      ...id,
      Name: "after",
      Schema: '{"type":"null"}',
      Description: "",
    });
    assert.deepEqual(updated, { ModelId, Name: "after", Schema: '{"type":"null"}' });
    await harness.call("CreateModel", { ApiId, Name: "before", Schema: "{}" });
    await assertFails(harness, "UpdateModel", { ...id, Name: "before" }, 409, /before already exists/);
    await assertFails(harness, "UpdateModel", { ...id, Schema: "no" }, 400, INVALID);
  });

  it("stay while a route or a route response names them", async () => {
    const { ModelId = "" } = await harness.call("CreateModel", { ApiId, Name: "used", Schema: "{}" });
    const id = { ApiId, ModelId };
    const { RouteId = "" } = await harness.call("CreateRoute", {
      ApiId,
      RouteKey: "send",
      RequestModels: { a: "used" },
    });
    await assertFails(harness, "DeleteModel", id, 409, "Cannot delete model 'used', is referenced in route: send");
    await assertFails(harness, "UpdateModel", { ...id, Name: "renamed" }, 409, /rename model 'used'.*: send/);
    await harness.call("UpdateRoute", { ApiId, RouteId, RequestModels: { a: "" } });
    const response = { ApiId, RouteId, RouteResponseKey: "$default", ResponseModels: { a: "used" } };
    const { RouteResponseId = "" } = await harness.call("CreateRouteResponse", response);
    await assertFails(harness, "DeleteModel", id, 409, /: send$/);
    await harness.call("DeleteRouteResponse", { ApiId, RouteId, RouteResponseId });
    assert.deepEqual(await harness.call("DeleteModel", id), {});
    await assertFails(harness, "GetModel", id, 404, `Invalid Model identifier specified ${ModelId}`);
    await harness.call("CreateModel", { ApiId, Name: "used", Schema: "{}" });
  });

  it("have so many bytes together at most", async () => {
    const full = await createApi(harness, "WEBSOCKET");
    const Schema = JSON.stringify({ title: "x".repeat(32_000) });
    const ids: string[] = [];
    for (let count = 0; count < 12; count += 1) {
      const { ModelId = "" } = await harness.call("CreateModel", { ApiId: full, Name: `m${count}`, Schema });
      ids.push(ModelId);
    }
    await assertFails(harness, "CreateModel", { ApiId: full, Name: "m12", Schema }, 400, /409600 bytes/);
    const rewritten = await harness.call("UpdateModel", { ApiId: full, ModelId: ids[0] ?? "", Schema });
    assert.equal(rewritten.Name, "m0");
  });

  it("give a template that follows references to other models", async () => {
    const Schema = JSON.stringify({
      type: "object",
      properties: {
        name: { type: "string" },
        owner: { $ref: `https://apigateway.amazonaws.com/restapis/${ApiId}/models/owner` },
      },
    });
    await harness.call("CreateModel", { ApiId, Name: "owner", Schema: '{"properties":{"age":{"type":"integer"}}}' });
    const { ModelId = "" } = await harness.call("CreateModel", { ApiId, Name: "owned", Schema });
    const { Value } = await harness.call("GetModelTemplate", { ApiId, ModelId });
    const expected = `#set($inputRoot = $input.path('$'))
{
  "name" : "foo",
  "owner" : {
    "age" : 42
  }
}`;
    assert.equal(Value, expected);
  });

  it("are listed", async () => {
    const listed = await createApi(harness, "WEBSOCKET");
    for (const Name of ["b", "a"]) await harness.call("CreateModel", { ApiId: listed, Name, Schema: "{}" });
    const { Items = [] } = await harness.call("GetModels", { ApiId: listed });
    assert.deepEqual(
      Items.map((item) => item.Name),
      ["b", "a"],
    );
  });
});

describe("schemas of models", () => {
  const right: readonly object[] = [
    {},
    { $schema: "http://json-schema.org/draft-04/schema#", title: "t", type: ["object", "null"], required: ["a"] },
    { properties: { type: { type: "string", enum: ["a"] } }, additionalProperties: false, unknown: 1 },
    { items: [{ type: "integer", minimum: 0, exclusiveMinimum: true }], additionalItems: {} },
    { definitions: { a: { $ref: "#" } }, allOf: [{ $ref: "#/definitions/a" }], not: {} },
    { patternProperties: { "^a+$": {} }, dependencies: { a: ["b"], b: { type: "object" } } },
    { $ref: "https://apigateway.amazonaws.com/restapis/a1b2c3d4e5/models/Pet" },
  ];
  for (const schema of right) {
    it(`may be ${JSON.stringify(schema)}`, () => assert.equal(schemaFault(JSON.stringify(schema)), undefined));
  }

  const wrong: readonly (readonly [string, RegExp])[] = [
    ["", /not valid JSON/],
    ["[]", /not a JSON object/],
    ["true", /not a JSON object/],
    ['{"$schema":"http://json-schema.org/draft-07/schema#"}', /draft 4/],
    ['{"type":"date"}', /^#\/type /],
    ['{"type":["string","string"]}', /^#\/type /],
    ['{"properties":{"a":true}}', /^#\/properties\/a /],
    ['{"properties":[]}', /^#\/properties /],
    ['{"required":[]}', /^#\/required /],
    ['{"required":true}', /^#\/required /],
    ['{"enum":[]}', /^#\/enum /],
    ['{"pattern":"("}', /^#\/pattern /],
    ['{"patternProperties":{"(":{}}}', /^#\/patternProperties\/\( /],
    ['{"multipleOf":0}', /^#\/multipleOf /],
    ['{"minLength":-1}', /^#\/minLength /],
    ['{"exclusiveMaximum":5}', /^#\/exclusiveMaximum /],
    ['{"exclusiveMaximum":true}', /needs maximum/],
    ['{"anyOf":[]}', /^#\/anyOf /],
    ['{"items":[{"not":1}]}', /^#\/items\/0\/not /],
    ['{"dependencies":{"a":[]}}', /^#\/dependencies\/a /],
    ['{"$ref":"https://example.com/schema"}', /\$ref/],
    [`${'{"not":'.repeat(200)}{}${"}".repeat(200)}`, /too deeply/],
  ];
  for (const [text, message] of wrong) {
    it(`are refused as ${text.slice(0, 60)}`, () => assert.match(schemaFault(text) ?? "", message));
  }
});

describe("templates of schemas", () => {
  it("loop over arrays, and over arrays in them", () => {
    const inner = { type: "array", items: { type: "number" } };
    const schema = { type: "array", items: { properties: { tags: inner, good: { type: "boolean" } } } };
    const expected = `#set($inputRoot = $input.path('$'))
[
#foreach($elem in $inputRoot)
  {
    "tags" : [
#foreach($elem2 in $elem.tags)
      3.149#if($foreach.hasNext),#end
#end
    ],
    "good" : true
  }#if($foreach.hasNext),#end
#end
]`;
    assert.equal(
      modelTemplate(schema, () => undefined),
      expected,
    );
  });

  it("end where a schema refers to itself, however often", () => {
    const names = Array.from({ length: 40 }, (_, index) => `p${index}`);
    const schema = { properties: Object.fromEntries(names.map((name) => [name, { $ref: "#" }])) };
    const template = modelTemplate(schema, () => undefined);
    assert.ok(template.length < 100_000);
    assert.equal(
      modelTemplate({ $ref: "#" }, () => undefined),
      "#set($inputRoot = $input.path('$'))\n{}",
    );
  });
});

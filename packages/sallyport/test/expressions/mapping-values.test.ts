import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { jsonValueReader } from "../../src/expressions/mapping/json-value.ts";
import { MappingBody, MAX_BODY_PATH_BYTES } from "../../src/expressions/mapping/mapping-body.ts";
import { type MappingInput, readsBody, valueReader } from "../../src/expressions/mapping/value-reader.ts";
import type { MappingValue } from "../../src/expressions/mapping-value.ts";
import { parseMappingValue } from "../../src/expressions/mapping-value.ts";
import { pathReader } from "../../src/expressions/mapping/path-value.ts";
import { headerOfText, textOfHeader } from "../../src/expressions/mapping/wire-text.ts";
import type { RequestContext } from "../../src/model/request-context.ts";
import { requestContext } from "./request-facts.ts";

function parsed(text: string): MappingValue {
  const value = parseMappingValue("request", text);
  assert.ok(value.kind !== "fault", text);
  return value;
}

function input(body?: string | Uint8Array, changes: Partial<RequestContext> = {}): MappingInput {
  const context = requestContext(changes);
  const bytes = typeof body === "string" ? Buffer.from(body) : body;
  return { context, headers: context.headers, body: bytes && new MappingBody(bytes) };
}

const value = (text: string, given: MappingInput = input()): string | undefined => valueReader(parsed(text))(given);

describe("the value of a mapping", () => {
  const scenarios: readonly (readonly [string, string | undefined])[] = [
    ["static text", "static text"],
    ["", ""],
    ["$request.header.user-AGENT", "curl"],
    ["$request.header.x-two", "1,2"],
    ["$request.header.none", undefined],
    ["$request.querystring.t", "a,b"],
    ["$request.querystring.T", undefined],
    ["$request.querystring.plus", "a b"],
    ["$request.path", "/p/a%20b"],
    ["$request.path.id", "a b"],
    ["$request.path.toString", undefined],
    ["$stageVariables.env", "e1"],
    ["$stageVariables.none", undefined],
    ["$context.requestId", "JCJM3j95PHcEJHg="],
    ["$context.identity.accountId", undefined],
    ["$context.noSuchThing", undefined],
    ["$request.body", undefined],
    ["$request.body.a", undefined],
    ["${request.path.id}-${context.stage}!", "a b-dev!"],
    ["<${request.header.none}>", "<>"],
    ["${request.header.none}", ""],
  ];
  for (const [text, expected] of scenarios) {
    it(`${JSON.stringify(text)} is ${JSON.stringify(expected)}`, () => assert.equal(value(text), expected));
  }

  it("needs the body only where it reads it", () => {
    assert.deepEqual(
      ["$request.body", "a${request.body.x}", "$request.header.body", "text"].map((text) => readsBody(parsed(text))),
      [true, true, false, false],
    );
  });
});

describe("parts of a body", () => {
  const body =
    '{"a":{"b":[1,{"c":"x"}]},"n":12345678901234567890,"f":1.0,"t":true,"z":null,"k k":"s","o":{"p":[{"q":1},{"q":2}]}}';
  const scenarios: readonly (readonly [string, string | undefined])[] = [
    ["$request.body", body],
    ["$request.body.a", '{"b":[1,{"c":"x"}]}'],
    ["$request.body.a.b[0]", "1"],
    ["$request.body.a.b[1].c", "x"],
    ["$request.body.a.b[2]", undefined],
    ["$request.body.a.b.length", undefined],
    ["$request.body.a.b.0", undefined],
    ["$request.body.n", "12345678901234567890"],
    ["$request.body.f", "1.0"],
    ["$request.body.n.rawJSON", undefined],
    ["$request.body.t", "true"],
    ["$request.body.z", undefined],
    ["$request.body['k k']", "s"],
    ["$request.body.constructor", undefined],
    ["$request.body.o.p[*].q", "[1,2]"],
    ["$request.body.o.p[*].none", "[]"],
    ["$request.body[0]", undefined],
  ];
  for (const [text, expected] of scenarios) {
    it(`${text} is ${expected}`, () => assert.equal(value(text, input(body)), expected));
  }

  it("are none of what is no JSON, and of an empty body", () => {
    assert.equal(value("$request.body.a", input("a=b")), undefined);
    assert.equal(value("$request.body", input("a=b")), "a=b");
    assert.equal(value("$request.body", input("")), undefined);
  });

  it("are looked for in the first 100 KB only; the whole body has no such limit", () => {
    const short = `{"a":"${"x".repeat(MAX_BODY_PATH_BYTES - 8)}"}`;
    assert.equal(Buffer.byteLength(short), MAX_BODY_PATH_BYTES);
    assert.equal(value("$request.body.a", input(short))?.length, MAX_BODY_PATH_BYTES - 8);
    assert.equal(value("$request.body.a", input(`${short}  `))?.length, MAX_BODY_PATH_BYTES - 8);
    const long = short.replace("x", "xx");
    assert.equal(value("$request.body.a", input(long)), undefined);
    assert.equal(value("$request.body", input(long)), long);
  });

  it("come out of any JSON as they went in", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (inner) => {
        const found = value("$request.body.v", input(JSON.stringify({ v: inner })));
        if (inner === null) assert.equal(found, undefined);
        else assert.equal(found, typeof inner === "string" ? inner : JSON.stringify(inner));
      }),
    );
  });
});

describe("a path", () => {
  const scenarios: readonly (readonly [string, string, Partial<RequestContext>?])[] = [
    ["/v2/${request.path.id}", "/v2/a%20b"],
    ["v2", "/v2"],
    ["", "/"],
    ["$request.path", "/p/a%20b"],
    ["/a b?x#y%zz%20", "/a%20b%3Fx%23y%25zz%20"],
    ["$request.path.id", "/%3Fx=%23%25/..", { pathParameters: { id: "?x=#%/.." } }],
    ["/x\r\nHost: evil", "/x%0D%0AHost:%20evil"],
    ["/☕", "/%E2%98%95"],
  ];
  for (const [text, expected, changes] of scenarios) {
    it(`of ${JSON.stringify(text)} is ${expected}`, () => {
      assert.equal(pathReader(parsed(text))(input(undefined, changes)), expected);
    });
  }

  it("is always one that a request line can hold, and nothing more", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (id) => {
        const path = pathReader(parsed("/v2/${request.path.id}/${request.body}"))(
          input(Buffer.from(id), { pathParameters: { id } }),
        );
        assert.match(path ?? "", /^\/v2\/[!"$->@-~]*$/);
      }),
    );
  });
});

describe("JSON with placeholders", () => {
  const given = input('{"o":{"x":1},"s":"a\\"b"}', { pathParameters: { id: '","admin":"yes' } });
  const scenarios: readonly (readonly [string, string])[] = [
    ['{"id":"${request.path.id}"}', '{"id":"\\",\\"admin\\":\\"yes"}'],
    ['{"o":${request.body.o},"s":"<${request.body.s}>"}', '{"o":{"x":1},"s":"<a\\"b>"}'],
    ['{"a\\"${request.path.id}":1}', '{"a\\"\\",\\"admin\\":\\"yes":1}'],
    ["$request.body.o", '{"x":1}'],
    ['["${request.header.none}"]', '[""]'],
  ];
  for (const [text, expected] of scenarios) {
    it(`${text} is ${expected}`, () => assert.equal(jsonValueReader(parsed(text))(given), expected));
  }

  it("gets no members from a request, whatever it holds", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (id) => {
        const text = jsonValueReader(parsed('{"id":"${request.path.id}","x":1}'))(
          input(undefined, { pathParameters: { id } }),
        );
        assert.deepEqual(JSON.parse(text ?? ""), { id, x: 1 });
      }),
    );
  });
});

describe("text on the wire", () => {
  it("is UTF-8, and Latin-1 where the bytes are no UTF-8", () => {
    assert.equal(textOfHeader(Buffer.from("☕").toString("latin1")), "☕");
    assert.equal(textOfHeader("caf\u00e9"), "caf\u00e9");
    assert.equal(headerOfText("☕"), Buffer.from("☕").toString("latin1"));
  });

  it("can not begin another header", () => {
    assert.equal(headerOfText("a\r\nset-cookie: b\0c\td"), "a set-cookie: b c\td");
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        assert.match(headerOfText(text), /^[\t\x20-\x7e\x80-\xff]*$/);
        assert.equal(textOfHeader(headerOfText(text)).includes("\n"), false);
      }),
    );
  });
});

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { functionResponse, type PayloadFormat } from "../../../src/integrations/lambda/function-response.ts";

const JSON_TYPE = "application/json";
const TEXT_TYPE = "text/plain; charset=utf-8";

function answerOf(payload: string, format: PayloadFormat = "2.0") {
  const response = functionResponse(Buffer.from(payload), format);
  assert.ok(response.kind === "response", "rule" in response ? response.rule : "");
  const pairs: [string, string][] = [];
  for (let at = 0; at < response.headers.length; at += 2) {
    pairs.push([response.headers[at]!, response.headers[at + 1]!]);
  }
  const values = (name: string) => pairs.filter(([found]) => found.toLowerCase() === name).map(([, value]) => value);
  return {
    status: response.status,
    body: response.body && Buffer.from(response.body).toString(),
    lines: pairs.map(([name, value]) => `${name}: ${value}`),
    values,
  };
}

function ruleOf(payload: string, format: PayloadFormat = "2.0"): string {
  const response = functionResponse(Buffer.from(payload), format);
  assert.equal(response.kind, "malformed", payload);
  return "rule" in response ? response.rule : "";
}

describe("a result of format 2.0", () => {
  const answers: readonly [string, string, number, string, string][] = [
    ["EX-3.20: an object without statusCode", '{"name":"J","age":30}', 200, JSON_TYPE, '{"name":"J","age":30}'],
    ["EX-3.21: a string", '"Hello, World!"', 200, JSON_TYPE, "Hello, World!"],
    ["EX-3.22: an empty string", '""', 200, JSON_TYPE, ""],
    ["EX-3.23: a string with escapes", '"Special \\"quoted\\" text"', 200, JSON_TYPE, 'Special "quoted" text'],
    ["EX-3.24: a number", "42", 200, JSON_TYPE, "42"],
    ["EX-3.24: a boolean", "true", 200, JSON_TYPE, "true"],
    ["EX-3.24: a list", "[1,2]", 200, JSON_TYPE, "[1,2]"],
    ["EX-3.25: what is no JSON", '{"name":"J","age":', 200, JSON_TYPE, '{"name":"J","age":'],
    ["EX-3.26: null", "null", 200, JSON_TYPE, "null"],
    ["EX-3.27: a response without a type", '{"statusCode":201,"body":"{\\"m\\":1}"}', 201, TEXT_TYPE, '{"m":1}'],
    ["EX-3.30: base64", '{"statusCode":200,"isBase64Encoded":true,"body":"aGk="}', 200, TEXT_TYPE, "hi"],
    ["EX-3.32: a status as text", '{"statusCode":"200","body":"x"}', 200, TEXT_TYPE, "x"],
    ["a body that is not there", '{"statusCode":200}', 200, TEXT_TYPE, ""],
    [
      "an object whose prototype would have it",
      '{"__proto__":{"statusCode":201}}',
      200,
      JSON_TYPE,
      '{"__proto__":{"statusCode":201}}',
    ],
  ];
  for (const [name, payload, status, type, body] of answers) {
    it(name, () => {
      const answer = answerOf(payload);
      assert.equal(answer.status, status);
      assert.deepEqual(answer.values("content-type"), [type]);
      assert.deepEqual(answer.values("content-length"), [String(Buffer.byteLength(body))]);
      assert.equal(answer.body, body);
    });
  }

  it("EX-3.31: cookies come before the headers' own", () => {
    const answer = answerOf('{"statusCode":200,"cookies":["a=1","b=2"],"headers":{"Set-Cookie":"c=3"}}');
    assert.deepEqual(answer.values("set-cookie"), ["a=1", "b=2", "c=3"]);
    assert.deepEqual(answer.values("content-type"), [TEXT_TYPE]);
  });

  const refused: readonly [string, string, RegExp][] = [
    ["EX-3.28: a status that is no whole number", '{"statusCode":200.5,"body":"x"}', /^statusCode is 200\.5/],
    ["EX-3.29: status 0", '{"statusCode":0,"body":"x"}', /^statusCode is 0/],
    ["EX-3.33: a body that is no text", '{"statusCode":200,"body":{"a":1}}', /^body is \{"a":1\}/],
    ["status null", '{"statusCode":null}', /^statusCode is null/],
    ["an interim status", '{"statusCode":101}', /^statusCode is 101/],
    ["a status over 599", '{"statusCode":600}', /^statusCode is 600/],
    ["a status as text with blanks", '{"statusCode":" 200"}', /^statusCode is " 200"/],
    ["base64 that is none", '{"statusCode":200,"isBase64Encoded":true,"body":"*"}', /^body is no base64/],
    ["a flag that is none", '{"statusCode":200,"isBase64Encoded":"yes"}', /^isBase64Encoded is "yes"/],
    ["headers that are a list", '{"statusCode":200,"headers":["a"]}', /^headers must be an object/],
    ["a header that is an object", '{"statusCode":200,"headers":{"a":{}}}', /^headers\.a must be a text/],
    ["cookies that are no list", '{"statusCode":200,"cookies":"a=1"}', /^cookies must be a list/],
    ["a cookie that is an object", '{"statusCode":200,"cookies":[{}]}', /^cookies\.set-cookie must be a text/],
    ["a line end in a value", '{"statusCode":200,"headers":{"a":"x\\r\\nset-cookie: y"}}', /control character/],
    ["a line end in a cookie", '{"statusCode":200,"cookies":["a=1\\nb: 2"]}', /control character/],
    ["a NUL in a value", '{"statusCode":200,"headers":{"a":"x\\u0000"}}', /control character/],
    ["a line end in a name", '{"statusCode":200,"headers":{"a\\r\\nb":"x"}}', /no name of a header/],
    ["an empty name", '{"statusCode":200,"headers":{"":"x"}}', /no name of a header/],
  ];
  for (const [name, payload, rule] of refused) {
    it(`is refused: ${name}`, () => {
      assert.match(ruleOf(payload), rule);
    });
  }

  it("makes text of numbers and booleans, and no header of null", () => {
    const answer = answerOf('{"statusCode":200,"headers":{"x-n":5,"x-b":true,"x-null":null}}');
    assert.deepEqual(answer.values("x-n"), ["5"]);
    assert.deepEqual(answer.values("x-b"), ["true"]);
    assert.deepEqual(answer.values("x-null"), []);
  });

  it("ignores multiValueHeaders, which are of format 1.0", () => {
    assert.deepEqual(answerOf('{"statusCode":200,"multiValueHeaders":{"x-a":["1"]}}').values("x-a"), []);
  });
});

describe("a result of format 1.0", () => {
  it("sends single values first, then the others, as lines of their own", () => {
    const answer = answerOf(
      '{"statusCode":200,"headers":{"X-A":"1","x-c":"5"},"multiValueHeaders":{"x-a":["2","3"],"X-B":["4"]},"more":1}',
      "1.0",
    );
    assert.deepEqual(answer.values("x-a"), ["1", "2", "3"]);
    assert.deepEqual(answer.values("x-b"), ["4"]);
    assert.deepEqual(answer.values("x-c"), ["5"]);
  });

  it("ignores cookies, which are of format 2.0", () => {
    assert.deepEqual(answerOf('{"statusCode":200,"cookies":["a=1"]}', "1.0").values("set-cookie"), []);
  });

  for (const payload of ['"text"', "42", "null", "[]", "", "{", "{}", '{"body":"x"}', '{"statusCode":"abc"}']) {
    it(`is refused: ${payload || "nothing"}`, () => {
      assert.match(ruleOf(payload, "1.0"), /no JSON object|^statusCode is/);
    });
  }

  it("is refused with lists that are none", () => {
    assert.match(ruleOf('{"statusCode":200,"multiValueHeaders":{"a":"b"}}', "1.0"), /multiValueHeaders\.a must be/);
    assert.match(ruleOf('{"statusCode":200,"multiValueHeaders":{"a":["x\\r\\n"]}}', "1.0"), /control character/);
  });
});

describe("a result of either format", () => {
  it("loses headers of the connection and its own length", () => {
    const headers = {
      Connection: "x-hop",
      "x-hop": "1",
      "Transfer-Encoding": "chunked",
      "Keep-Alive": "1",
      "Content-Length": "999",
      "Content-Type": "text/html",
    };
    for (const format of ["1.0", "2.0"] as const) {
      const answer = answerOf(JSON.stringify({ statusCode: 200, headers, body: "<p>" }), format);
      assert.deepEqual(answer.lines, ["Content-Type: text/html", "content-length: 3"]);
    }
  });

  it("has no length and no body where the status allows none", () => {
    for (const statusCode of [204, 304]) {
      const answer = answerOf(JSON.stringify({ statusCode, body: "x" }));
      assert.equal(answer.body, undefined);
      assert.deepEqual(answer.values("content-length"), []);
    }
  });

  it("sends texts beyond ASCII as UTF-8", () => {
    const [value = ""] = answerOf(JSON.stringify({ statusCode: 200, headers: { "x-a": "tür☕" } })).values("x-a");
    assert.equal(Buffer.from(value, "latin1").toString("utf8"), "tür☕");
  });

  it("never lets a name or a value break out of its line", () => {
    const text = fc.string({ unit: fc.constantFrom(..."a:\r\n\0\t\x7f ü☕"), maxLength: 6 });
    const map = fc.dictionary(text, text, { noNullPrototype: true, maxKeys: 3 });
    fc.assert(
      fc.property(map, fc.array(text, { maxLength: 2 }), (headers, cookies) => {
        const multiValueHeaders = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]]));
        for (const format of ["1.0", "2.0"] as const) {
          const payload = JSON.stringify({ statusCode: 200, headers, multiValueHeaders, cookies });
          const response = functionResponse(Buffer.from(payload), format);
          if (response.kind === "malformed") continue;
          // oxlint-disable-next-line no-control-regex -- what must not be there
          for (const piece of response.headers) assert.doesNotMatch(piece, /[\x00-\x08\x0a-\x1f\x7f]|[^\x00-\xff]/);
        }
      }),
      { numRuns: 200 },
    );
  });
});

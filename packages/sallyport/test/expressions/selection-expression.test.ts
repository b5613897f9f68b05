import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import {
  isIntegrationResponseVariable,
  isRequestBodyVariable,
  isSelectionExpression,
  parseSelectionExpression,
} from "../../src/expressions/selection-expression.ts";

const literal = (text: string) => ({ kind: "literal", text }) as const;
const variable = (path: string) => ({ kind: "variable", path }) as const;

describe("selection expressions", () => {
  const right: readonly (readonly [string, readonly object[]])[] = [
    ["$request.body.action", [variable("request.body.action")]],
    ["${request.body.action}", [variable("request.body.action")]],
    [
      "${request.body.service}/${request.body.action}",
      [variable("request.body.service"), literal("/"), variable("request.body.action")],
    ],
    ["${request.body.version}-beta", [variable("request.body.version"), literal("-beta")]],
    ["$request.body.a.b[1]", [variable("request.body.a.b[1]")]],
    ["$request.method $request.path", [variable("request.method"), literal(" "), variable("request.path")]],
    ["\\$default", [literal("$default")]],
    ["action", [literal("action")]],
    ["a\\b", [literal("a\\b")]],
    ["", []],
  ];
  for (const [text, parts] of right) {
    it(`are taken apart: ${text}`, () => assert.deepEqual(parseSelectionExpression(text), parts));
  }

  for (const text of ["${request.body.action", "${}", "$", "$5", "a $ b"]) {
    it(`are malformed as ${text}`, () => assert.equal(parseSelectionExpression(text), undefined));
  }

  it("may be limited in what they read", () => {
    const cases: readonly (readonly [string, boolean, boolean])[] = [
      ["${request.body.a}", true, true],
      ["$request.body", true, true],
      ["\\$default", true, true],
      ["$default", false, false],
      ["$request.bodyguard", false, false],
      ["$request.header.a", false, false],
      ["${integration.response.statuscode}", false, true],
      ["${integration.response.header.X-Kind}", false, true],
      ["${integration.response.multivalueheader.a}", false, true],
      ["${integration.response.body.errorMessage}", false, true],
      ["${integration.response.header}", false, false],
    ];
    for (const [text, request, response] of cases) {
      assert.equal(isSelectionExpression(text, isRequestBodyVariable), request, text);
      assert.equal(isSelectionExpression(text, isIntegrationResponseVariable), response, text);
    }
  });

  it("are text and variables in their order", () => {
    const piece = fc.oneof(
      fc.stringMatching(/^[a-z /\\-]{1,5}$/).map((text) => [text, text] as const),
      fc
        .stringMatching(/^[a-z]{1,5}$/)
        .map((name) => [`\${request.body.${name}}`, variable(`request.body.${name}`)] as const),
      fc.constant(["\\$", "$"] as const),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 6 }), (pieces) => {
        const text = pieces.map(([source]) => source).join("");
        // A backslash before a `$` would escape it: those texts say something else.
        fc.pre(!/\\\$\{|\\\\\$/.test(text));
        const joined = (parseSelectionExpression(text) ?? []).map((part) =>
          part.kind === "literal" ? part.text : part,
        );
        const expected: unknown[] = [];
        for (const [, part] of pieces) {
          const last = expected.at(-1);
          if (typeof part === "string" && typeof last === "string") expected[expected.length - 1] = last + part;
          else expected.push(part);
        }
        assert.deepEqual(joined, expected);
      }),
    );
  });
});

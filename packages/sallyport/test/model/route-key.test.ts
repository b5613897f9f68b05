import assert from "node:assert/strict";
import { test } from "node:test";
import type { RouteKeyFault } from "../../src/model/route-key.ts";
import { parseHttpRouteKey } from "../../src/model/route-key.ts";

test("$default is its own kind", () => {
  assert.deepEqual(parseHttpRouteKey("$default"), { kind: "default" });
});

for (const [key, segments] of [
  ["GET /", []],
  ["ANY /pets", [{ kind: "literal", text: "pets" }]],
  [
    "DELETE /a.b:c_d-e/9",
    [
      { kind: "literal", text: "a.b:c_d-e" },
      { kind: "literal", text: "9" },
    ],
  ],
  [
    "GET /pets/{petId}/x",
    [
      { kind: "literal", text: "pets" },
      { kind: "variable", name: "petId" },
      { kind: "literal", text: "x" },
    ],
  ],
  [
    "POST /{a.b:c-d}/{proxy+}",
    [
      { kind: "variable", name: "a.b:c-d" },
      { kind: "greedy", name: "proxy" },
    ],
  ],
] as const) {
  test(`${key} is taken apart`, () => {
    const [method, path] = key.split(" ");
    assert.deepEqual(parseHttpRouteKey(key), { kind: "path", method, path, segments });
  });
}

const faults: Readonly<Record<RouteKeyFault, readonly string[]>> = {
  format: [
    "",
    "GET",
    "/pets",
    "get /pets",
    "TRACE /pets",
    "$connect",
    "$disconnect",
    "GET pets",
    "GET  /pets",
    " GET /p",
  ],
  part: [
    "GET /pets/",
    "GET //",
    "GET /a//b",
    "GET /{}",
    "GET /{+}",
    "GET /x{a}",
    "GET /{a}{b}",
    "GET /a b",
    "GET /ä",
    "GET /{a+}/",
    "GET /a\n",
  ],
  greedy: ["GET /{a+}/b", "ANY /{a+}/{b+}", "GET /x/{a+}/{b}"],
};

for (const [fault, texts] of Object.entries(faults)) {
  for (const text of texts) {
    test(`${JSON.stringify(text)} is refused: ${fault}`, () => {
      assert.deepEqual(parseHttpRouteKey(text), { kind: "fault", fault });
    });
  }
}

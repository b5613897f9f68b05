import assert from "node:assert/strict";
import { describe, it } from "node:test";

import * as fc from "fast-check";

import { AwsError } from "../../../src/model/errors.ts";
import { createQueryService } from "../../../src/protocol/query/server.ts";
import { escapeXml } from "../../../src/protocol/query/xml.ts";
import type { AwsRequest, AwsResponse } from "../../../src/protocol/service.ts";
import { loadServiceModel } from "../../../src/protocol/service-model.ts";
import { caller, request, requestId } from "../calls.ts";

const model = loadServiceModel("sts");
const VERSION = "Version=2011-06-15";
const ROLE = "RoleArn=arn%3Aaws%3Aiam%3A%3A111122223333%3Arole%2Fr&RoleSessionName=s1";

interface Exchange {
  readonly answer: AwsResponse;
  readonly called: { readonly operation: string; readonly input: object } | undefined;
  readonly logged: readonly unknown[];
}

async function exchange(sent: AwsRequest, output: object = {}): Promise<Exchange> {
  let called: Exchange["called"];
  const logged: unknown[] = [];
  const service = createQueryService({
    model,
    onError: (error) => logged.push(error),
    invoke: async (operation, input) => {
      called = { operation, input };
      if (output instanceof Error) throw output;
      return output;
    },
  });
  return { answer: await service.handle(sent, caller, requestId), called, logged };
}

const post = (form: string): AwsRequest => request("POST", "/", form);

describe("a form becomes an input", () => {
  const cases: readonly [string, string, string, object][] = [
    ["no members", `Action=GetCallerIdentity&${VERSION}`, "GetCallerIdentity", {}],
    [
      "an integer",
      `${VERSION}&Action=GetSessionToken&DurationSeconds=900`,
      "GetSessionToken",
      { DurationSeconds: 900 },
    ],
    [
      "escapes and plus signs",
      `Action=AssumeRole&${VERSION}&${ROLE}&Policy=%7B+%7D`,
      "AssumeRole",
      { RoleArn: "arn:aws:iam::111122223333:role/r", RoleSessionName: "s1", Policy: "{ }" },
    ],
    [
      "lists of structures, by number",
      `Action=AssumeRole&${VERSION}&${ROLE}&Tags.member.10.Key=b&Tags.member.10.Value=2&Tags.member.2.Value=1&Tags.member.2.Key=a&TransitiveTagKeys.member.1=a`,
      "AssumeRole",
      {
        RoleArn: "arn:aws:iam::111122223333:role/r",
        RoleSessionName: "s1",
        Tags: [
          { Key: "a", Value: "1" },
          { Key: "b", Value: "2" },
        ],
        TransitiveTagKeys: ["a"],
      },
    ],
    [
      "unknown parameters",
      `Action=GetCallerIdentity&${VERSION}&Nothing.member.1=x&__proto__.x=1`,
      "GetCallerIdentity",
      {},
    ],
  ];
  for (const [what, form, operation, input] of cases) {
    it(what, async () => assert.deepEqual((await exchange(post(form))).called, { operation, input }));
  }

  it("the query string of a GET serves as well", async () => {
    const { called } = await exchange(request("GET", `/?Action=GetSessionToken&${VERSION}&DurationSeconds=901`));
    assert.deepEqual(called, { operation: "GetSessionToken", input: { DurationSeconds: 901 } });
  });
});

describe("an output becomes XML", () => {
  it("within its wrapper, with the request id", async () => {
    const { answer } = await exchange(post(`Action=GetCallerIdentity&${VERSION}`), {
      UserId: "U",
      Account: "1",
      Arn: "a<&>b",
    });
    assert.equal(answer.status, 200);
    assert.equal(answer.headers["content-type"], "text/xml");
    assert.equal(
      answer.body,
      '<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>' +
        "<UserId>U</UserId><Account>1</Account><Arn>a&lt;&amp;&gt;b</Arn></GetCallerIdentityResult>" +
        `<ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata></GetCallerIdentityResponse>`,
    );
  });

  it("times in ISO 8601, absent members left out, nothing that is not modelled", async () => {
    const { answer } = await exchange(post(`Action=GetSessionToken&${VERSION}`), {
      Credentials: {
        AccessKeyId: "A",
        Expiration: new Date(Date.UTC(2026, 0, 31, 12, 34, 56, 789)),
        Other: "x",
        SessionToken: undefined,
      },
    });
    assert.match(
      String(answer.body),
      /<Credentials><AccessKeyId>A<\/AccessKeyId><Expiration>2026-01-31T12:34:56Z<\/Expiration><\/Credentials>/,
    );
  });

  it("any text becomes characters that XML allows, and nothing that is markup", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: "binary" }),
          fc.string({ unit: fc.constantFrom(..."<>&\"'\u0000\u000b\r\n\t\ufffe\ud800a") }),
        ),
        (text) => {
          const escaped = escapeXml(text);
          assert.ok(escaped.isWellFormed());
          assert.doesNotMatch(
            escaped,
            /[<>"\u{fffe}\u{ffff}]|(?![\t\n])[\p{Cc}](?<![\u007f-\u009f])|&(?!(?:amp|lt|gt|quot|#xD);)/u,
          );
        },
      ),
    );
  });
});

describe("a refusal is an ErrorResponse", () => {
  const cases: readonly [string, string, number, string, RegExp][] = [
    [
      "an unknown action",
      `Action=Nothing&${VERSION}`,
      400,
      "InvalidAction",
      /Could not find operation Nothing for version 2011-06-15/,
    ],
    [
      "an action from the prototype",
      `Action=toString&${VERSION}`,
      400,
      "InvalidAction",
      /Could not find operation toString/,
    ],
    ["another version", "Action=GetCallerIdentity&Version=2010-05-08", 400, "InvalidAction", /for version 2010-05-08/],
    ["no version", "Action=GetCallerIdentity", 400, "InvalidAction", /NO_VERSION_SPECIFIED/],
    ["no action", VERSION, 400, "MissingAction", /Action/],
    ["no form", "", 400, "MissingAction", /Action/],
    ["malformed escapes", `Action=GetCallerIdentity&${VERSION}&x=%zz`, 400, "MalformedInput", /percent-encoding/],
    ["deep parameters", `Action=GetCallerIdentity&${VERSION}&${"a.".repeat(20)}=1`, 400, "MalformedInput", /nested/],
    [
      "too many parameters",
      `Action=GetCallerIdentity&${VERSION}&${Array.from({ length: 5001 }, (_, at) => `p${at}=1`).join("&")}`,
      400,
      "MalformedInput",
      /parameters/,
    ],
    [
      "a number that is none",
      `Action=GetSessionToken&${VERSION}&DurationSeconds=long`,
      400,
      "ValidationError",
      /DurationSeconds/,
    ],
    [
      "a number out of range",
      `Action=GetSessionToken&${VERSION}&DurationSeconds=899`,
      400,
      "ValidationError",
      /between 900 and 129600/,
    ],
    [
      "a missing member",
      `Action=AssumeRole&${VERSION}&RoleSessionName=ss`,
      400,
      "ValidationError",
      /RoleArn is required/,
    ],
    ["markup in a name", `Action=%3Cscript%3E&${VERSION}`, 400, "InvalidAction", /&lt;script&gt;/],
  ];
  for (const [what, form, status, code, message] of cases) {
    it(what, async () => {
      const { answer, called } = await exchange(post(form));
      assert.equal(answer.status, status);
      assert.match(
        String(answer.body),
        new RegExp(
          `^<ErrorResponse xmlns="https://sts\\.amazonaws\\.com/doc/2011-06-15/"><Error><Type>Sender</Type><Code>${code}</Code><Message>`,
        ),
      );
      assert.match(String(answer.body), message);
      assert.match(String(answer.body), new RegExp(`<RequestId>${requestId}</RequestId></ErrorResponse>$`));
      assert.equal(called, undefined);
    });
  }

  it("errors of signatures have the protocol's own names", () => {
    const service = createQueryService({ model, onError: () => assert.fail("no 5xx"), invoke: async () => ({}) });
    const names: readonly [string, number, string, number][] = [
      ["MissingAuthenticationTokenException", 403, "MissingAuthenticationToken", 403],
      ["UnrecognizedClientException", 403, "InvalidClientTokenId", 403],
      ["InvalidSignatureException", 403, "SignatureDoesNotMatch", 403],
      ["IncompleteSignatureException", 403, "IncompleteSignature", 400],
      ["ExpiredTokenException", 403, "ExpiredToken", 403],
      ["AccessDeniedException", 403, "AccessDenied", 403],
      ["SomethingElse", 409, "SomethingElse", 409],
    ];
    for (const [code, status, name, answered] of names) {
      const answer = service.refuse?.(new AwsError(code, status, "m"), requestId);
      assert.equal(answer?.status, answered);
      assert.match(String(answer.body), new RegExp(`<Code>${name}</Code>`));
    }
  });

  it("anything else is a Receiver's error without details, which go to the log", async () => {
    const error = new Error("hunter2");
    const { answer, logged } = await exchange(post(`Action=GetCallerIdentity&${VERSION}`), error);
    assert.equal(answer.status, 500);
    assert.match(String(answer.body), /<Type>Receiver<\/Type><Code>InternalFailure<\/Code>/);
    assert.doesNotMatch(String(answer.body), /hunter2/);
    assert.deepEqual(logged, [error]);
  });
});

it("random forms never give a 5xx", async () => {
  const name = fc.oneof(
    fc.constantFrom(
      "Action",
      "Version",
      "Tags.member.1.Key",
      "Tags.member.x",
      "DurationSeconds",
      "RoleArn",
      "..",
      "__proto__",
    ),
    fc.string(),
  );
  const value = fc.oneof(
    fc.constantFrom("AssumeRole", "GetSessionToken", "2011-06-15", "-1", "%zz"),
    fc.string({ unit: "binary" }).map((text) => encodeURIComponent(text.toWellFormed())),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(name, value), { maxLength: 8 }), async (pairs) => {
      const { answer } = await exchange(
        post([...pairs.map((pair) => pair.join("=")), VERSION, "Action=AssumeRole"].join("&")),
      );
      assert.ok(answer.status < 500, String(answer.body));
    }),
    { numRuns: 300 },
  );
});

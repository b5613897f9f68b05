import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { authorizerEventV1, authorizerEventV2 } from "../../../src/model/events/authorizer-event.ts";
import { asSent, at } from "./events.ts";
import { requestContext, TRACE_ROOT } from "./request-fixture.ts";

const arn = "arn:aws:execute-api:us-east-1:111122223333:a1b2c3d4e5/$default/GET/pets/6";
const request = requestContext({
  routeKey: "GET /pets/{id}",
  path: "/pets/6",
  routePath: "/pets/6",
  pathParameters: { id: "6" },
  headers: ["Authorization", "token", "Content-Length", "12"],
});
const input = { request, arn, identity: ["token", "6"], traceRoot: TRACE_ROOT };

describe("an authorizer's event", () => {
  it("of format 2.0 has routeArn, the identity as a list, and no body", () => {
    const event = asSent(authorizerEventV2(input));
    assert.equal(event["version"], "2.0");
    assert.equal(event["type"], "REQUEST");
    assert.equal(event["routeArn"], arn);
    assert.deepEqual(event["identitySource"], ["token", "6"]);
    assert.equal(event["routeKey"], "GET /pets/{id}");
    assert.equal(at(event, "headers", "authorization"), "token");
    assert.equal(at(event, "headers", "content-length"), "12");
    assert.equal(at(event, "requestContext", "http", "method"), "GET");
    for (const name of ["body", "isBase64Encoded", "methodArn"]) assert.equal(Object.hasOwn(event, name), false, name);
  });

  it("of format 1.0 has methodArn, the identity joined, and no body", () => {
    const event = asSent(authorizerEventV1(input));
    assert.equal(event["version"], "1.0");
    assert.equal(event["type"], "REQUEST");
    assert.equal(event["methodArn"], arn);
    assert.equal(event["identitySource"], "token,6");
    assert.equal(event["authorizationToken"], "token,6");
    assert.equal(event["resource"], "/pets/{id}");
    assert.equal(event["httpMethod"], "GET");
    assert.equal(at(event, "headers", "Authorization"), "token");
    for (const name of ["body", "isBase64Encoded", "routeArn"]) assert.equal(Object.hasOwn(event, name), false, name);
  });

  it("has null as identity when no sources are configured", () => {
    assert.equal(asSent(authorizerEventV2({ ...input, identity: undefined }))["identitySource"], null);
    assert.equal(asSent(authorizerEventV1({ ...input, identity: undefined }))["identitySource"], null);
  });

  it("tells no length that is not known yet", () => {
    const length = (headers: readonly string[]) =>
      at(asSent(authorizerEventV2({ ...input, request: { ...request, headers } })), "headers", "content-length");
    assert.equal(length(["Transfer-Encoding", "chunked"]), undefined);
    assert.equal(length([]), "0");
  });
});

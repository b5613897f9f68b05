/** The JavaScript SDK against a gateway: its client, paging by hand, and what a refusal must look like to it. */
import assert from "node:assert/strict";
import { ApiGatewayV2Client, ApiGatewayV2ServiceException } from "@aws-sdk/client-apigatewayv2";
import type { Gateway } from "../gateway.ts";

export const ACCOUNT = "000000000000";
export const REGION = "us-east-1";

export function clientOf({ admin }: Gateway): ApiGatewayV2Client {
  return new ApiGatewayV2Client({
    endpoint: admin,
    region: REGION,
    credentials: { accessKeyId: "any", secretAccessKey: "any" },
    // A gateway that can not answer must fail the test, not be asked again.
    maxAttempts: 1,
  });
}

interface Page<T> {
  readonly Items?: readonly T[];
  readonly NextToken?: string;
}

/** Every page of a listing, each asked with the token of the one before. */
export async function pagesOf<T>(page: (NextToken: string | undefined) => Promise<Page<T>>): Promise<readonly T[][]> {
  const pages: T[][] = [];
  let token: string | undefined;
  do {
    const { Items, NextToken } = await page(token);
    assert.ok(Items, "a page has items, even when there are none");
    pages.push([...Items]);
    assert.ok(NextToken === undefined || NextToken !== token, "a token that does not move would page forever");
    token = NextToken;
  } while (token !== undefined);
  return pages;
}

export interface Refusal {
  readonly name: string;
  readonly status: number;
  readonly message?: string | RegExp;
}

/** Expects the call to be refused with an exception of the SDK that carries all of it. */
export async function refused(call: Promise<unknown>, { name, status, message }: Refusal): Promise<void> {
  await assert.rejects(call, (error: unknown) => {
    assert.ok(error instanceof ApiGatewayV2ServiceException, `not an exception of the service: ${String(error)}`);
    assert.equal(error.name, name, error.message);
    assert.equal(error.$metadata.httpStatusCode, status);
    assert.match(error.$metadata.requestId ?? "", /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    assert.equal(error.$metadata.attempts, 1, "a refusal must not be tried again");
    if (typeof message === "string") assert.equal(error.message, message);
    else if (message) assert.match(error.message, message);
    return true;
  });
}

/** The answer without what every answer of the SDK carries. */
export function membersOf<T extends object>(answer: T): Omit<T, "$metadata"> {
  const { $metadata: _, ...members } = answer as T & { $metadata?: unknown };
  return members;
}

/** For members that a client must be told and nobody can foresee. */
export function given<T>(value: T | undefined): T {
  assert.ok(value !== undefined, "a member is missing");
  return value;
}

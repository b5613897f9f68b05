/** What tests of the protocol layer share: a caller, requests, and answers read back. */
import type { AwsRequest, AwsResponse, Caller } from "../../src/protocol/service.ts";

export const caller: Caller = {
  principal: {
    accessKeyId: "AKIDEXAMPLE",
    account: "111122223333",
    arn: "arn:aws:iam::111122223333:user/ana",
    userId: "AIDAEXAMPLE",
    policies: undefined,
  },
  account: "111122223333",
  region: "eu-west-1",
};

export const requestId = "3f0c9a52-7d1e-4b6f-8a90-1c2d3e4f5a6b";

export function request(
  method: string,
  target: string,
  body: unknown = "",
  headers: Readonly<Record<string, string>> = {},
): AwsRequest {
  const [path = "", query = ""] = target.split("?");
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return { method, path, query, headers, body: body instanceof Uint8Array ? body : Buffer.from(text) };
}

export function jsonOf({ body }: AwsResponse): unknown {
  return JSON.parse(Buffer.from(body).toString("utf8"));
}

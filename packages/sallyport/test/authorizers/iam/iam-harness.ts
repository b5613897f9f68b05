import { createHash, createHmac } from "node:crypto";
import type { TestContext } from "node:test";
import { SignatureV4 } from "@smithy/signature-v4";
import type { PolicyDocument, PrincipalSecret, PrincipalStore } from "../../../src/protocol/principal.ts";
import type { GatewayOptions } from "../../../src/edge/gateway.ts";
import { httpProxy } from "../../http/api-seed.ts";
import type { Answer, Harness, SendOptions } from "../../http/gateway-harness.ts";
import { HOST, openBackend, openGateway } from "../../http/gateway-harness.ts";

class Sha256 {
  readonly #hash: { update(data: Uint8Array | string): unknown; digest(): Buffer };

  constructor(key?: string | ArrayBuffer | ArrayBufferView) {
    this.#hash = key === undefined ? createHash("sha256") : createHmac("sha256", bytesOf(key));
  }
  update(data: string | ArrayBuffer | ArrayBufferView): void {
    this.#hash.update(bytesOf(data));
  }
  async digest(): Promise<Uint8Array> {
    return this.#hash.digest();
  }
  reset(): void {
    throw new Error("not needed");
  }
}

function bytesOf(data: string | ArrayBuffer | ArrayBufferView): Uint8Array {
  if (typeof data === "string") return Buffer.from(data);
  return ArrayBuffer.isView(data)
    ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    : new Uint8Array(data);
}

/** The owner's account of the test API. */
export const ACCOUNT = "111122223333";

export function principal(name: string, policies?: readonly PolicyDocument[], account = ACCOUNT): PrincipalSecret {
  const arn = `arn:aws:iam::${account}:user/${name}`;
  return {
    principal: {
      accessKeyId: `AKIA${name.toUpperCase()}`,
      account,
      arn,
      userId: `AIDA${name.toUpperCase()}`,
      policies,
    },
    secretAccessKey: `secret-of-${name}`,
  };
}

export function storeOf(...secrets: readonly PrincipalSecret[]): PrincipalStore {
  return { find: (accessKeyId) => secrets.find((secret) => secret.principal.accessKeyId === accessKeyId) };
}

export const allow = (resource: string | readonly string[], members: object = {}): PolicyDocument => ({
  Version: "2012-10-17",
  Statement: { Effect: "Allow", Action: "execute-api:Invoke", Resource: resource, ...members },
});

export interface SignOptions {
  readonly method?: string;
  readonly host?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly service?: string;
  readonly region?: string;
  readonly at?: Date;
  /** Presigned for so many seconds, in place of a header. */
  readonly expiresIn?: number;
}

export interface SignedCall {
  readonly target: string;
  readonly options: SendOptions;
}

/** Signs as the SDK for JavaScript does. */
export async function signed(secret: PrincipalSecret, target: string, options: SignOptions = {}): Promise<SignedCall> {
  const {
    method = "GET",
    host = HOST,
    headers = {},
    body,
    service = "execute-api",
    region = "us-east-1",
    at,
  } = options;
  const { accessKeyId } = secret.principal;
  const { secretAccessKey, sessionToken } = secret;
  const signer = new SignatureV4({
    service,
    region,
    sha256: Sha256,
    credentials: { accessKeyId, secretAccessKey, sessionToken },
  });
  const url = new URL(target, `http://${host}`);
  const query: Record<string, string | string[]> = {};
  for (const name of new Set(url.searchParams.keys())) query[name] = url.searchParams.getAll(name);
  const request = {
    method,
    protocol: "http:",
    hostname: url.hostname,
    path: target.split("?")[0]!,
    query,
    headers: { host, ...headers },
    body,
  };
  const signingDate = at ?? new Date();
  const { expiresIn } = options;
  const result =
    expiresIn === undefined
      ? await signer.sign(request, { signingDate })
      : await signer.presign(request, { signingDate, expiresIn });
  const pairs = Object.entries(result.query ?? {}).flatMap(([name, value]) =>
    [value ?? ""].flat().map((item) => [name, item] as const),
  );
  const text = pairs.map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`).join("&");
  const path = request.path + (text && `?${text}`);
  return { target: path, options: { method, host, headers: result.headers, ...(body !== undefined && { body }) } };
}

const iam = { Target: "integrations/up", AuthorizationType: "AWS_IAM" };

export interface IamGateway extends Harness {
  /** Bodies that reached the back end. */
  readonly reached: string[];
  readonly call: (call: SignedCall) => Promise<Answer>;
}

/** A gateway with IAM routes `GET /pets`, `ANY /items/{proxy+}`, `$default` and `GET /open` without authorization. */
export async function openIamGateway(
  context: TestContext,
  options: Partial<GatewayOptions> = {},
  stages: Readonly<Record<string, object>> = { $default: {} },
): Promise<IamGateway> {
  const reached: string[] = [];
  const backend = await openBackend(context, (request, response) => {
    let body = "";
    request.setEncoding("utf8").on("data", (chunk: string) => (body += chunk));
    request.on("end", () => {
      reached.push(body);
      response.end("reached");
    });
  });
  const routes = { "GET /pets": iam, "ANY /items/{proxy+}": iam, $default: iam, "GET /open": "up" };
  const harness = await openGateway(context, { routes, integrations: { up: httpProxy(backend) }, stages }, options);
  return { ...harness, reached, call: ({ target, options: sending }) => harness.fetch(target, sending) };
}

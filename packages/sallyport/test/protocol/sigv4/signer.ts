/** Signs requests with the signer that the JavaScript SDK uses, as an independent hand. */
import { createHash, createHmac } from "node:crypto";

import { SignatureV4 } from "@smithy/signature-v4";

import type { PrincipalSecret, PrincipalStore } from "../../../src/protocol/principal.ts";
import type { AwsRequest } from "../../../src/protocol/service.ts";

export const SIGNED_AT = new Date(Date.UTC(2026, 0, 31, 12, 34, 56));

export const secret: PrincipalSecret = {
  principal: {
    accessKeyId: "AKIDEXAMPLE",
    account: "111122223333",
    arn: "arn:aws:iam::111122223333:user/ana",
    userId: "AIDAEXAMPLE",
    policies: undefined,
  },
  secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
};

export function storeOf(...secrets: readonly PrincipalSecret[]): PrincipalStore {
  return { find: (accessKeyId) => secrets.find(({ principal }) => principal.accessKeyId === accessKeyId) };
}

class Sha256 {
  readonly #hash: { update(data: Buffer): unknown; digest(): Buffer };

  constructor(key?: string | ArrayBuffer | ArrayBufferView) {
    this.#hash = key === undefined ? createHash("sha256") : createHmac("sha256", toBuffer(key));
  }
  update(data: string | ArrayBuffer | ArrayBufferView): void {
    this.#hash.update(toBuffer(data));
  }
  async digest(): Promise<Uint8Array> {
    return new Uint8Array(this.#hash.digest());
  }
  reset(): void {
    throw new Error("not needed");
  }
}

function toBuffer(data: string | ArrayBuffer | ArrayBufferView): Buffer {
  if (typeof data === "string") return Buffer.from(data, "utf8");
  return ArrayBuffer.isView(data) ? Buffer.from(data.buffer, data.byteOffset, data.byteLength) : Buffer.from(data);
}

export interface Unsigned {
  readonly method: string;
  /** Percent-encoded. */
  readonly path: string;
  /** Decoded. */
  readonly query?: Readonly<Record<string, string | readonly string[]>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

export interface SigningOptions {
  readonly service?: string;
  readonly region?: string;
  readonly sessionToken?: string;
  readonly signedAt?: Date;
}

const HOST = "gateway.example.com:4580";

function signerOf({ service = "apigateway", region = "eu-west-1", sessionToken }: SigningOptions): SignatureV4 {
  return new SignatureV4({
    service,
    region,
    sha256: Sha256,
    uriEscapePath: service !== "s3",
    credentials: { accessKeyId: secret.principal.accessKeyId, secretAccessKey: secret.secretAccessKey, sessionToken },
  });
}

function unsigned({ method, path, query = {}, headers = {}, body }: Unsigned) {
  return {
    method,
    protocol: "http:",
    hostname: "gateway.example.com",
    path,
    query: Object.fromEntries(
      Object.entries(query).map(([name, value]) => [name, typeof value === "string" ? value : [...value]]),
    ),
    headers: { host: HOST, ...headers },
    body,
  };
}

function sent(signed: ReturnType<typeof unsigned>): AwsRequest {
  const pairs = Object.entries(signed.query).flatMap(([name, value]) =>
    [value].flat().map((item) => [name, item] as const),
  );
  return {
    method: signed.method,
    path: signed.path,
    query: pairs.map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`).join("&"),
    headers: Object.fromEntries(Object.entries(signed.headers).map(([name, value]) => [name.toLowerCase(), value])),
    body: Buffer.from(signed.body ?? ""),
  };
}

/** The request as it arrives, signed in its Authorization header. */
export async function signedRequest(request: Unsigned, options: SigningOptions = {}): Promise<AwsRequest> {
  const signed = await signerOf(options).sign(unsigned(request), { signingDate: options.signedAt ?? SIGNED_AT });
  return sent({ ...unsigned(request), ...signed, body: request.body } as ReturnType<typeof unsigned>);
}

/** The request as it arrives, presigned in its query. */
export async function presignedRequest(
  request: Unsigned,
  expiresIn: number,
  options: SigningOptions = {},
): Promise<AwsRequest> {
  const signed = await signerOf(options).presign(unsigned(request), {
    expiresIn,
    signingDate: options.signedAt ?? SIGNED_AT,
  });
  return sent({ ...unsigned(request), ...signed, body: request.body } as ReturnType<typeof unsigned>);
}

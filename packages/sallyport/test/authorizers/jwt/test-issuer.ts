import { createServer } from "node:http";
import type { RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import type { TestContext } from "node:test";
import { listen } from "../../http/gateway-harness.ts";
import type { SigningKey } from "./token-signer.ts";
import { newKey, signedToken } from "./token-signer.ts";

/** Making a key takes a while; nearly all tests can share one. */
export const KEY: SigningKey = newKey("key-1");

/** An issuer on loopback. What it publishes may be changed at any time. */
export interface TestIssuer {
  readonly url: string;
  /** Paths asked for. */
  readonly asked: string[];
  keys: readonly object[];
  /** Answers in place of the issuer. */
  discovery: RequestListener | undefined;
  jwks: RequestListener | undefined;
  /** Claims of a good token for audience `x`, and what is to be different. */
  claims(changes?: object): Record<string, unknown>;
  token(changes?: object, header?: object): string;
}

export const nowSeconds = (): number => Math.floor(Date.now() / 1000);

export async function openIssuer(context: TestContext): Promise<TestIssuer> {
  const server = createServer((request, response) => {
    issuer.asked.push(request.url ?? "");
    const isDiscovery = request.url === "/.well-known/openid-configuration";
    const override = isDiscovery ? issuer.discovery : issuer.jwks;
    if (override) {
      override(request, response);
      return;
    }
    const document = isDiscovery ? { issuer: url, jwks_uri: `${url}/keys?v=1` } : { keys: issuer.keys };
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify(document));
  });
  await listen(context, server);
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const issuer: TestIssuer = {
    url,
    asked: [],
    keys: [KEY.jwk],
    discovery: undefined,
    jwks: undefined,
    claims: (changes) => ({ iss: url, aud: "x", sub: "u1", exp: nowSeconds() + 300, ...changes }),
    token: (changes, header) => signedToken(KEY, issuer.claims(changes), header),
  };
  return issuer;
}

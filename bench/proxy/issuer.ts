/** An issuer of JSON web tokens on loopback: discovery, keys, and one token. */
import { generateKeyPairSync, sign } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

const LIFETIME_SECONDS = 3600;
const KEY_ID = "key-1";

export interface Issuer {
  readonly url: string;
  readonly audience: string;
  readonly token: string;
  close(): void;
}

export async function openIssuer(): Promise<Issuer> {
  const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const key = { ...publicKey.export({ format: "jwk" }), kid: KEY_ID, alg: "RS256", use: "sig" };
  const server = createServer((request, response) => {
    const discovery = { issuer: url, jwks_uri: `${url}/keys` };
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify(request.url === "/keys" ? { keys: [key] } : discovery));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const audience = "bench";
  const now = Math.floor(Date.now() / 1000);
  const claims = { iss: url, aud: audience, sub: "someone", iat: now - 60, exp: now + LIFETIME_SECONDS };
  const parts = [{ alg: "RS256", typ: "JWT", kid: KEY_ID }, claims];
  const text = parts.map((part) => Buffer.from(JSON.stringify(part)).toString("base64url")).join(".");
  const signature = sign("RSA-SHA256", Buffer.from(text), privateKey).toString("base64url");
  const close = (): void => {
    server.close();
    server.closeAllConnections();
  };
  return { url, audience, token: `${text}.${signature}`, close };
}

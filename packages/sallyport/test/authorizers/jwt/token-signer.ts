/** Tokens as an issuer, or somebody who would like to be one, makes them. */
import type { KeyObject } from "node:crypto";
import { constants, createHmac, createPublicKey, generateKeyPairSync, sign } from "node:crypto";

export interface SigningKey {
  readonly kid: string;
  readonly privateKey: KeyObject;
  /** What the issuer publishes. */
  readonly jwk: object;
}

export function newKey(kid: string, modulusLength = 2048): SigningKey {
  const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength });
  return { kid, privateKey, jwk: { ...publicKey.export({ format: "jwk" }), kid, alg: "RS256", use: "sig" } };
}

export const base64url = (value: unknown): string =>
  Buffer.from(typeof value === "string" ? value : JSON.stringify(value)).toString("base64url");

/** Signs header and payload, texts or objects, with RSA and the hash that `alg` names. */
export function signedToken(key: SigningKey, claims: unknown, header: object | string = {}): string {
  const full = typeof header === "string" ? header : { alg: "RS256", typ: "JWT", kid: key.kid, ...header };
  const text = `${base64url(full)}.${base64url(claims)}`;
  const alg = typeof full === "string" ? "RS256" : full.alg;
  const hash = `RSA-SHA${alg.slice(2)}`;
  const pss = alg.startsWith("PS") && {
    padding: constants.RSA_PKCS1_PSS_PADDING,
    saltLength: Number(alg.slice(2)) / 8,
  };
  return `${text}.${sign(hash, Buffer.from(text), { key: key.privateKey, ...pss }).toString("base64url")}`;
}

/** The oldest trick: the public key, which everybody has, taken as the secret of an HMAC. */
export function hmacToken(key: SigningKey, claims: object): string {
  const text = `${base64url({ alg: "HS256", typ: "JWT", kid: key.kid })}.${base64url(claims)}`;
  const secret = createPublicKey(key.privateKey).export({ type: "spki", format: "pem" });
  return `${text}.${createHmac("sha256", secret).update(text).digest("base64url")}`;
}

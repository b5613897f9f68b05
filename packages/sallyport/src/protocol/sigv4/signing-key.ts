import { createHash, createHmac, timingSafeEqual } from "node:crypto";

import type { CredentialScope } from "./credential-scope.ts";
import { ALGORITHM } from "./credential-scope.ts";

/** A key serves one secret, day, region and service, which is what most requests of a client share. */
const MAX_CACHED_KEYS = 1000;

const cache = new Map<string, Buffer>();

export const sha256Hex = (data: string | Uint8Array): string => createHash("sha256").update(data).digest("hex");

const hmac = (key: string | Uint8Array, data: string): Buffer =>
  createHmac("sha256", key).update(data, "utf8").digest();

export const scopeText = ({ date, region, service }: Omit<CredentialScope, "accessKeyId">): string =>
  `${date}/${region}/${service}/aws4_request`;

/** The key that signs for a scope. The cache forgets its oldest entry when it is full. */
export function signingKey(secret: string, scope: Omit<CredentialScope, "accessKeyId">): Buffer {
  const { date, region, service } = scope;
  const name = `${scopeText(scope)} ${secret}`;
  const known = cache.get(name);
  if (known) return known;
  const key = hmac(hmac(hmac(hmac(`AWS4${secret}`, date), region), service), "aws4_request");
  if (cache.size >= MAX_CACHED_KEYS) cache.delete(cache.keys().next().value ?? "");
  cache.set(name, key);
  return key;
}

/** The hexadecimal signature of a text. */
export const sign = (key: Buffer, text: string): string => hmac(key, text).toString("hex");

/** The text that a canonical request is signed through. */
export function stringToSign(
  timestamp: string,
  scope: Omit<CredentialScope, "accessKeyId">,
  canonical: string,
): string {
  return [ALGORITHM, timestamp, scopeText(scope), sha256Hex(canonical)].join("\n");
}

/** Compares two texts in a time that does not tell where they differ, nor how long the expected one is. */
export function sameText(expected: string, given: string): boolean {
  const digest = (text: string): Buffer => createHash("sha256").update(text, "utf8").digest();
  return timingSafeEqual(digest(expected), digest(given));
}

import type { Texts } from "../../model/request-context.ts";
import type { JsonObject } from "./json-object.ts";

/**
 * Claims as events, mappings and logs show them: all of them texts (observed). Arrays are space-separated in square
 * brackets, numbers keep their digits, claims that are null are left out; objects are JSON (unverified).
 */
export function claimTexts(claims: JsonObject): Texts {
  // No prototype: a claim may be called `__proto__`.
  const texts = Object.create(null) as Record<string, string>;
  for (const [name, value] of Object.entries(claims)) {
    if (value !== null) texts[name] = claimText(value);
  }
  return Object.freeze(texts);
}

function claimText(value: unknown): string {
  if (typeof value === "string") return value;
  return Array.isArray(value) ? `[${value.map(claimText).join(" ")}]` : JSON.stringify(value);
}

/**
 * The scopes of a token: `scp`, a text or a list, else `scope` (that `scp` goes first is unverified; that `scope` may be
 * a list, too, is our choice).
 */
export function scopesOf({ scp, scope }: JsonObject): readonly string[] {
  const claim = scp ?? scope;
  if (typeof claim === "string") return claim.split(" ").filter((name) => name !== "");
  return Array.isArray(claim) ? claim.filter((name): name is string => typeof name === "string") : [];
}

import type { Revision } from "./ledger.ts";

/**
 * Bytes of UTF-8 that a key, a collection or a scope may have. Our choice: a B-tree entry of PostgreSQL holds at most
 * 2704 bytes, and an index entry is a key and two numbers.
 */
export const MAX_KEY_BYTES = 2048;

/** The greatest code point. It is not a character, so no key may begin with it and it ends the order of keys. */
const LAST = "\u{10FFFF}";

/** The keys from `from` up to, not including, `to`, in the order of their UTF-8 bytes. */
export interface KeyRange {
  readonly from: string;
  readonly to: string;
}

/** Throws when the text cannot be the key of a document (or the name of a collection or scope: `what` says which). */
export function checkKey(key: string, what = "key"): void {
  if (key === "") throw new RangeError(`the ${what} of a document must not be empty`);
  checkText(key, what);
  if (key.startsWith(LAST)) throw new RangeError(`a ${what} must not begin with U+10FFFF`);
}

/** Throws when `revision` is no revision number. */
export function checkRevision(revision: Revision, what: string): void {
  if (Number.isSafeInteger(revision) && revision >= 0) return;
  throw new RangeError(`${what} must be a revision number, not ${revision}`);
}

/** The range of the keys that begin with `prefix`. */
export function rangeOf(prefix: string): KeyRange {
  checkText(prefix, "prefix");
  return { from: prefix, to: successorOf(prefix) };
}

/** Order of keys as both stores have it: by code point, which is the order of the UTF-8 bytes. */
export function compareKeys(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let index = 0; index < length; index++) {
    const difference = rank(a.charCodeAt(index)) - rank(b.charCodeAt(index));
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

/** UTF-16 has surrogates, which stand for the greatest code points, below U+E000 to U+FFFF. */
function rank(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}

/** The least text that is greater than every text that begins with `prefix`. */
function successorOf(prefix: string): string {
  const characters = Array.from(prefix);
  for (let last = characters.pop(); last !== undefined; last = characters.pop()) {
    if (last === LAST) continue;
    const next = (last.codePointAt(0) ?? 0) + 1;
    return characters.join("") + String.fromCodePoint(next === 0xd800 ? 0xe000 : next);
  }
  return LAST;
}

/** Neither store keeps U+0000 or a lone surrogate in a text: what was written would not be what is found. */
export function checkText(text: string, what: string): void {
  if (Buffer.byteLength(text) > MAX_KEY_BYTES) {
    throw new RangeError(`a ${what} must not be longer than ${MAX_KEY_BYTES} bytes`);
  }
  if (text.includes("\0") || !text.isWellFormed()) {
    throw new RangeError(`a ${what} must be well-formed text without U+0000`);
  }
}

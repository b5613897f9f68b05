import assert from "node:assert/strict";
import { test } from "node:test";
import {
  IssuerKeys,
  KEYS_LIFETIME_MS,
  MAX_KEYS_AGE_MS,
  RETRY_WITHOUT_KEYS_MS,
  RETRY_WITH_KEYS_MS,
  UNKNOWN_ID_COOL_DOWN_MS,
} from "../../../src/authorizers/jwt/issuer-keys.ts";
import { KeySet } from "../../../src/authorizers/jwt/key-set.ts";
import { tokenFault } from "../../../src/authorizers/jwt/token-fault.ts";

const setOf = (...ids: readonly string[]): KeySet => {
  const keys = ids.map((kid) => ({ kid, kty: "RSA", n: "AQ", e: "AQAB" }));
  return KeySet.parse(JSON.stringify({ keys }))!;
};
const DOWN = tokenFault("JWKS communication error", "check that the issuer answers");

/** An issuer whose answers and clock the test holds. */
function held() {
  let answer: KeySet | typeof DOWN = setOf("a");
  let now = 1_000_000;
  let fetches = 0;
  const waiting: (() => void)[] = [];
  let slow = false;
  const fetch = async () => {
    fetches += 1;
    if (slow) await new Promise<void>((resolve) => waiting.push(resolve));
    return answer;
  };
  return {
    keys: new IssuerKeys(fetch, () => now),
    fetches: () => fetches,
    answerWith: (next: KeySet | typeof DOWN) => (answer = next),
    pass: (ms: number) => (now += ms),
    hold: () => (slow = true),
    release: () => waiting.splice(0).forEach((resolve) => resolve()),
  };
}

test("keys are fetched once for all that wait for them, and kept for two hours", async () => {
  const { keys, fetches, pass, hold, release } = held();
  assert.equal(keys.current(), undefined);
  hold();
  const all = Promise.all([keys.load(), keys.load(), keys.refresh()]);
  release();
  const [first, second, third] = await all;
  assert.equal(first, second);
  assert.equal(first, third);
  assert.equal(fetches(), 1);
  pass(KEYS_LIFETIME_MS - 1);
  assert.equal(keys.current(), first);
  pass(1);
  assert.equal(keys.current(), undefined);
});

test("a document that did not change keeps its set, so what was verified stays", async () => {
  const { keys, answerWith, pass } = held();
  const first = await keys.load();
  pass(KEYS_LIFETIME_MS);
  answerWith(setOf("a"));
  assert.equal(await keys.load(), first);
  pass(KEYS_LIFETIME_MS);
  answerWith(setOf("b"));
  assert.notEqual(await keys.load(), first);
});

test("a failure without keys is the answer for a second, then the issuer is asked again", async () => {
  const { keys, fetches, answerWith, pass } = held();
  answerWith(DOWN);
  assert.equal(await keys.load(), DOWN);
  pass(RETRY_WITHOUT_KEYS_MS - 1);
  assert.equal(await keys.load(), DOWN);
  assert.equal(fetches(), 1);
  pass(1);
  answerWith(setOf("a"));
  assert.ok((await keys.load()) instanceof KeySet);
  assert.equal(fetches(), 2);
});

test("old keys serve on while the issuer fails, asked again now and then, but not for ever", async () => {
  const { keys, fetches, answerWith, pass, hold, release } = held();
  const old = await keys.load();
  pass(KEYS_LIFETIME_MS);
  answerWith(DOWN);
  assert.equal(keys.current(), undefined, "the first one after their time waits");
  assert.equal(await keys.load(), old);
  assert.equal(fetches(), 2);
  pass(RETRY_WITH_KEYS_MS - 1);
  assert.equal(keys.current(), old);
  assert.equal(fetches(), 2);
  pass(1);
  hold();
  assert.equal(keys.current(), old, "nobody waits for the new try");
  assert.equal(keys.current(), old);
  assert.equal(fetches(), 3);
  const fresh = setOf("b");
  answerWith(fresh);
  const waiting = keys.refresh();
  release();
  assert.equal(await waiting, fresh);
  assert.equal(fetches(), 3);
});

test("keys older than a day are refused even while the issuer fails", async () => {
  const { keys, answerWith, pass } = held();
  await keys.load();
  answerWith(DOWN);
  pass(KEYS_LIFETIME_MS);
  await keys.load();
  pass(MAX_KEYS_AGE_MS - KEYS_LIFETIME_MS);
  assert.equal(keys.current(), undefined);
  assert.equal(await keys.load(), DOWN);
});

test("an unknown key id fetches at once, and then not before the cool-down is over", async () => {
  const { keys, fetches, answerWith, pass } = held();
  const first = await keys.load();
  answerWith(setOf("a", "b"));
  const second = await keys.refresh();
  assert.notEqual(second, first);
  assert.equal(fetches(), 2);
  answerWith(setOf("c"));
  pass(UNKNOWN_ID_COOL_DOWN_MS - 1);
  assert.equal(await keys.refresh(), second);
  assert.equal(fetches(), 2);
  pass(1);
  assert.deepEqual([...((await keys.refresh()) as KeySet).ids], ["c"]);
  assert.equal(fetches(), 3);
});

test("tokens of a new key that come at the same time wait for the same fetch", async () => {
  const { keys, fetches, answerWith, hold, release } = held();
  await keys.load();
  const fresh = setOf("b");
  answerWith(fresh);
  hold();
  const all = Promise.all([keys.refresh(), keys.refresh()]);
  release();
  assert.deepEqual(await all, [fresh, fresh]);
  assert.equal(fetches(), 2);
});

test("a refresh that fails leaves fresh keys in use", async () => {
  const { keys, answerWith } = held();
  const first = await keys.load();
  answerWith(DOWN);
  assert.equal(await keys.refresh(), first);
  assert.equal(keys.current(), first);
});

import type { Pin, Revision, Write } from "../../src/ledger/ledger.ts";
import { parentOf, scopeOf } from "../../src/ledger/ledger.ts";
import { FOREVER } from "../../src/ledger/store.ts";

export interface ModelVersion {
  readonly key: string;
  readonly collection: string;
  readonly created: Revision;
  readonly revision: Revision;
  readonly value: unknown;
  readonly ended: boolean;
  readonly pin: Pin | undefined;
  until: Revision;
}

/** The order of UTF-8 bytes, by the bytes. */
export const byBytes = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));

/** What a ledger must be after a history of transactions, in the plainest way. */
export class HistoryModel {
  readonly versions: ModelVersion[] = [];
  revision: Revision = 0;

  /** One transaction, as a list of writes that are applied in turn. */
  commit(writes: readonly Write[]): void {
    const next = this.revision + 1;
    const before = new Map(this.at(this.revision).map((version) => [version.key, version]));
    const now = new Map(before);
    for (const write of writes) {
      if ("delete" in write) now.delete(write.key);
      else now.set(write.key, this.#written(write, now.get(write.key), next));
    }
    const changed = [...new Set([...before.keys(), ...now.keys()])].filter((key) => before.get(key) !== now.get(key));
    for (const key of changed) this.#replace(before.get(key), now.get(key), next);
    if (changed.length > 0) this.revision = next;
  }

  /** What was there at a revision, by key. */
  at(revision: Revision): readonly ModelVersion[] {
    return this.versions
      .filter((version) => version.revision <= revision && revision < version.until)
      .toSorted((a, b) => byBytes(a.key, b.key));
  }

  /** The feed behind a revision. */
  changes(after: Revision): readonly ModelVersion[] {
    return this.versions
      .filter(({ revision }) => revision > after)
      .toSorted((a, b) => a.revision - b.revision || byBytes(a.key, b.key));
  }

  changedKeys(prefix: string, after: Revision, upTo: Revision): readonly string[] {
    const changed = this.changes(after).filter(({ key, revision }) => revision <= upTo && key.startsWith(prefix));
    return [...new Set(changed.map(({ key }) => key))].toSorted(byBytes);
  }

  /** The pins that count when history is kept from `horizon` on. */
  pins(horizon: Revision): readonly Pin[] {
    return this.versions.flatMap(({ pin, until }) => (pin !== undefined && until > horizon ? [pin] : []));
  }

  /** How many versions nobody needs when history is kept from `horizon` on. */
  superfluous(horizon: Revision): number {
    const pins = this.pins(horizon);
    const isPinned = ({ key, revision, until }: ModelVersion) =>
      pins.some((pin) => pin.scope === scopeOf(key) && revision <= pin.revision && pin.revision < until);
    return this.versions.filter((version) => version.until <= horizon && !isPinned(version)).length;
  }

  #written(write: Extract<Write, { value: unknown }>, current: ModelVersion | undefined, revision: Revision) {
    return {
      key: write.key,
      collection: write.collection ?? current?.collection ?? parentOf(write.key),
      created: current?.created ?? revision,
      revision,
      value: write.value,
      ended: false,
      pin: write.pin,
      until: FOREVER,
    };
  }

  #replace(old: ModelVersion | undefined, written: ModelVersion | undefined, revision: Revision): void {
    if (old !== undefined) old.until = revision;
    if (written !== undefined) this.versions.push(written);
    else if (old !== undefined) this.versions.push({ ...old, revision, until: revision, ended: true, pin: undefined });
  }
}

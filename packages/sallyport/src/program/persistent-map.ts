/**
 * An immutable map of texts: changing one entry gives a new map that shares all but a few small nodes with the old one,
 * so that one change to an API of 10,000 routes copies dozens of entries and not thousands. Small maps, which most are,
 * are one native Map; larger ones are split by hash, five bits a level.
 */
export class PersistentMap<V> {
  readonly #root: MapNode<V>;
  readonly size: number;

  private constructor(root: MapNode<V>, size: number) {
    this.#root = root;
    this.size = size;
  }

  static empty<V>(): PersistentMap<V> {
    return new PersistentMap<V>(new Map(), 0);
  }

  get(key: string): V | undefined {
    let node = this.#root;
    if (node instanceof Map) return node.get(key);
    const hash = hashOf(key);
    for (let shift = 0; Array.isArray(node); shift += BITS) node = node[(hash >>> shift) & MASK]!;
    return (node as ReadonlyMap<string, V>).get(key);
  }

  with(key: string, value: V): PersistentMap<V> {
    const grown = this.get(key) === undefined ? this.size + 1 : this.size;
    return new PersistentMap(put(this.#root, key, value, 0), grown);
  }

  without(key: string): PersistentMap<V> {
    if (this.get(key) === undefined) return this;
    return new PersistentMap(drop(this.#root, key, 0), this.size - 1);
  }

  *values(): IterableIterator<V> {
    yield* valuesOf(this.#root);
  }
}

type MapNode<V> = ReadonlyMap<string, V> | readonly MapNode<V>[];

/** Entries of a native map before it is split: copying so many costs about what one more level would. */
const LEAF_SIZE = 32;
const BITS = 5;
const MASK = 31;
/** Below this the hash has no bits left, and a leaf grows as large as it must. */
const LAST_SHIFT = 25;

/** FNV-1a over UTF-16 units. */
function hashOf(key: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < key.length; at++) hash = Math.imul(hash ^ key.charCodeAt(at), 0x01000193);
  // The low bits choose the first branch, and FNV's are weak.
  return (hash ^ (hash >>> 15)) >>> 0;
}

function replaced<V>(branch: readonly MapNode<V>[], slot: number, child: MapNode<V>): readonly MapNode<V>[] {
  const copy = branch.slice();
  copy[slot] = child;
  return copy;
}

function put<V>(node: MapNode<V>, key: string, value: V, shift: number): MapNode<V> {
  if (node instanceof Map) {
    const leaf = new Map<string, V>(node);
    leaf.set(key, value);
    return leaf.size > LEAF_SIZE && shift <= LAST_SHIFT ? split(leaf, shift) : leaf;
  }
  const branch = node as readonly MapNode<V>[];
  const slot = (hashOf(key) >>> shift) & MASK;
  return replaced(branch, slot, put(branch[slot]!, key, value, shift + BITS));
}

function split<V>(leaf: ReadonlyMap<string, V>, shift: number): readonly MapNode<V>[] {
  const leaves = Array.from({ length: MASK + 1 }, () => new Map<string, V>());
  for (const [key, value] of leaf) leaves[(hashOf(key) >>> shift) & MASK]!.set(key, value);
  return leaves;
}

function drop<V>(node: MapNode<V>, key: string, shift: number): MapNode<V> {
  if (node instanceof Map) {
    const leaf = new Map<string, V>(node);
    leaf.delete(key);
    return leaf;
  }
  const branch = node as readonly MapNode<V>[];
  const slot = (hashOf(key) >>> shift) & MASK;
  return replaced(branch, slot, drop(branch[slot]!, key, shift + BITS));
}

function* valuesOf<V>(node: MapNode<V>): IterableIterator<V> {
  if (node instanceof Map) yield* node.values();
  else for (const child of node as readonly MapNode<V>[]) yield* valuesOf(child);
}

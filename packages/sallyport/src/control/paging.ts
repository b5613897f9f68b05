import type { CollectionQuery, Cursor, Document, Reader } from "../ledger/ledger.ts";
import { pagingFaults } from "./faults.ts";
import { isStorableKey } from "./found.ts";

/** Our choice: the service documents neither. */
export const DEFAULT_PAGE_SIZE = 25;
export const MAXIMUM_PAGE_SIZE = 500;

export interface PageInput {
  readonly MaxResults?: string | number;
  readonly NextToken?: string;
}

export interface Page<T> {
  readonly items: readonly T[];
  readonly nextToken: string | undefined;
}

/**
 * One page of a collection in creation order. The token says behind which document the next page begins, so it survives
 * additions and deletions between pages.
 */
export async function page<T>(reader: Reader, collection: string, input: PageInput): Promise<Page<Document<T>>> {
  const limit = pageSize(input.MaxResults);
  const after = input.NextToken ? cursorOf(collection, input.NextToken) : undefined;
  const query: CollectionQuery = { collection, limit: limit + 1, ...(after ? { after } : {}) };
  const found = await reader.list<T>(query);
  const items = found.slice(0, limit);
  const last = items.at(-1);
  return { items, nextToken: found.length > limit && last ? tokenOf(collection, last) : undefined };
}

function pageSize(maxResults: string | number | undefined): number {
  if (maxResults === undefined || maxResults === "") return DEFAULT_PAGE_SIZE;
  const size = /^\d{1,9}$/.test(String(maxResults)) ? Number(maxResults) : 0;
  if (size < 1) throw pagingFaults.maxResults(String(maxResults));
  return Math.min(size, MAXIMUM_PAGE_SIZE);
}

/** Opaque to clients: version, position, and the collection it belongs to. */
function tokenOf(collection: string, { created, key }: Cursor): string {
  return Buffer.from(JSON.stringify([1, created, key, collection])).toString("base64url");
}

function cursorOf(collection: string, token: string): Cursor {
  let parts: unknown;
  try {
    parts = JSON.parse(Buffer.from(token, "base64url").toString("utf8"));
  } catch {
    throw pagingFaults.token();
  }
  if (!Array.isArray(parts)) throw pagingFaults.token();
  const [version, created, key, of] = parts as unknown[];
  const isCursor = typeof key === "string" && isStorableKey(key) && Number.isSafeInteger(created);
  if (version !== 1 || of !== collection || !isCursor || (created as number) < 0) throw pagingFaults.token();
  return { created: created as number, key };
}

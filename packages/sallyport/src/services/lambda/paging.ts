import type { Cursor, Document, Reader } from "../../ledger/ledger.ts";
import { invalidParameter } from "./faults.ts";

/** AWS Lambda API Reference, "ListFunctions": a call answers at most 50 items, whatever it asks for. */
const MAX_PAGE = 50;

export interface PageInput {
  readonly Marker?: string;
  readonly MaxItems?: number;
}

export interface Page<T> {
  readonly items: readonly T[];
  readonly NextMarker: string | undefined;
}

/** One page of a collection in creation order. The marker is the position behind its last item. */
export async function page<T>(reader: Reader, collection: string, input: PageInput): Promise<Page<T>> {
  const limit = Math.min(input.MaxItems ?? MAX_PAGE, MAX_PAGE);
  const after = input.Marker ? cursorOf(collection, input.Marker) : undefined;
  const found = await reader.list<T>({ collection, limit: limit + 1, ...(after ? { after } : {}) });
  const items = found.slice(0, limit);
  const last = items.at(-1);
  return {
    items: items.map(({ value }) => value),
    NextMarker: found.length > limit && last ? markerOf(collection, last) : undefined,
  };
}

function markerOf(collection: string, { created, key }: Document): string {
  return Buffer.from(JSON.stringify([1, created, key, collection])).toString("base64url");
}

/** Text: our choice. */
function cursorOf(collection: string, marker: string): Cursor {
  let parts: unknown;
  try {
    parts = JSON.parse(Buffer.from(marker, "base64url").toString("utf8"));
  } catch (cause) {
    throw invalidParameter("Invalid Marker", cause);
  }
  const [version, created, key, of] = Array.isArray(parts) ? (parts as unknown[]) : [];
  const good = typeof key === "string" && Number.isSafeInteger(created) && (created as number) >= 0;
  if (version !== 1 || of !== collection || !good || key.includes("\0")) throw invalidParameter("Invalid Marker");
  return { created: created as number, key };
}

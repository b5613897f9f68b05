/** Values for `overwrite:path`. */
import { encodePath } from "../../model/percent-encoding.ts";
import type { MappingSource, MappingValue } from "../mapping-value.ts";
import { valueReader, type ValueReader } from "./value-reader.ts";

/** What a path on the wire can not hold as it is. `?` and `#` would end the path: it holds no query. */
const NOT_IN_PATH = /[^\x21\x24-\x3e\x40-\x7e]|%(?![0-9A-Fa-f]{2})/gu;

/**
 * Path variables are decoded, so they are encoded again, their slashes kept, as in an integration's URI. Everything else
 * is taken for a path as written; only what can not stand there is encoded (our choice).
 */
const encodePart = (text: string, source: MappingSource): string =>
  source.kind === "pathVariable" ? encodePath(text) : text;

/** A path that lacks its first slash gets one (unverified). */
export function pathReader(value: MappingValue): ValueReader {
  const read = valueReader(value, encodePart);
  return (input) => {
    const text = read(input);
    if (text === undefined) return undefined;
    const path = text.toWellFormed().replace(NOT_IN_PATH, (character) => encodeURIComponent(character));
    return path.startsWith("/") ? path : `/${path}`;
  };
}

/** Request mappings of an integration, compiled. */
import type { RawHeaders } from "../../model/raw-headers.ts";
import { editHeaders, hasEdits, type HeaderEdits, headerEdits, MAX_MAPPED_VALUE_BYTES } from "./header-edits.ts";
import { type MappingInput, readsBody, valueReader, type ValueReader } from "./value-reader.ts";
import type { ParameterMapping } from "../parameter-mapping.ts";
import { pathReader } from "./path-value.ts";
import { editQuery, type QueryEdit } from "./query-edits.ts";

/** A query may hold what a client sent, and grows by being encoded, to three bytes a byte. */
const MAX_TARGET_BYTES = 3 * MAX_MAPPED_VALUE_BYTES;

/** What the integration is told instead of what the client sent. */
export interface MappedRequest {
  readonly kind: "mapped";
  readonly headers: RawHeaders;
  /** Names of headers that mappings wrote, in lower case; undefined: none. */
  readonly mappedHeaders: ReadonlySet<string> | undefined;
  readonly query: string | undefined;
  readonly pathOverride: string | undefined;
}

/** A value is longer than the limit. */
export interface MappingTooLarge {
  readonly kind: "too-large";
  readonly part: "header" | "query" | "path";
  readonly bytes: number;
}

/** The `requestParameters` of an integration without a subtype, ready to run. */
export class RequestMapping {
  /** Whether any entry needs the request's body. */
  readonly readsBody: boolean;
  readonly #headers: HeaderEdits;
  readonly #query: readonly QueryEdit[];
  readonly #path: ValueReader | undefined;

  constructor(mappings: readonly ParameterMapping[]) {
    this.readsBody = mappings.some((mapping) => mapping.kind !== "remove" && readsBody(mapping.value));
    this.#headers = headerEdits(mappings);
    this.#query = mappings.flatMap(queryEdit);
    const path = mappings.find(({ destination }) => destination.kind === "path");
    this.#path = path && path.kind !== "remove" ? pathReader(path.value) : undefined;
  }

  run(input: MappingInput): MappedRequest | MappingTooLarge {
    const { context } = input;
    const edited = hasEdits(this.#headers) ? editHeaders(input.headers, this.#headers, input) : undefined;
    if (edited && edited.longest > MAX_MAPPED_VALUE_BYTES) return tooLarge("header", edited.longest);
    const query = this.#query.length > 0 ? editQuery(context.query, this.#query, input) : context.query;
    if (query !== undefined && query.length > MAX_TARGET_BYTES) return tooLarge("query", query.length);
    const pathOverride = this.#path?.(input);
    if (pathOverride !== undefined && pathOverride.length > MAX_TARGET_BYTES) {
      return tooLarge("path", pathOverride.length);
    }
    const headers = edited?.headers ?? input.headers;
    return { kind: "mapped", headers, mappedHeaders: edited?.written, query, pathOverride };
  }
}

function tooLarge(part: MappingTooLarge["part"], bytes: number): MappingTooLarge {
  return { kind: "too-large", part, bytes };
}

function queryEdit(mapping: ParameterMapping): readonly QueryEdit[] {
  if (mapping.destination.kind !== "querystring") return [];
  const { name } = mapping.destination;
  if (mapping.kind === "remove") return [{ kind: "remove", name }];
  return [{ kind: mapping.kind, name, read: valueReader(mapping.value) }];
}

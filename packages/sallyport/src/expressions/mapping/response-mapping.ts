/** Response mappings of an integration for one status, compiled. */
import { editHeaders, hasEdits, type HeaderEdits, headerEdits, MAX_MAPPED_VALUE_BYTES } from "./header-edits.ts";
import { type MappingInput, readsBody, valueReader, type ValueReader } from "./value-reader.ts";
import { isMappableStatus, type ParameterMapping } from "../parameter-mapping.ts";

export type MappedResponse =
  | {
      readonly kind: "mapped";
      /** Undefined: the integration's. */
      readonly status: number | undefined;
      /** Undefined: the integration's. */
      readonly headers: string[] | undefined;
    }
  | { readonly kind: "bad-status"; readonly text: string }
  | { readonly kind: "too-large"; readonly bytes: number };

/** The `responseParameters` of one status, ready to run. */
export class ResponseMapping {
  /** Whether any entry needs the response's body. */
  readonly readsBody: boolean;
  readonly #headers: HeaderEdits;
  readonly #status: ValueReader | undefined;

  constructor(mappings: readonly ParameterMapping[]) {
    this.readsBody = mappings.some((mapping) => mapping.kind !== "remove" && readsBody(mapping.value));
    this.#headers = headerEdits(mappings);
    const status = mappings.find(({ destination }) => destination.kind === "statuscode");
    this.#status = status && status.kind !== "remove" ? valueReader(status.value) : undefined;
  }

  /** `input.headers` are the integration's. */
  run(input: MappingInput): MappedResponse {
    const text = this.#status?.(input);
    if (text !== undefined && !isMappableStatus(text)) return { kind: "bad-status", text };
    const edited = hasEdits(this.#headers) ? editHeaders(input.headers, this.#headers, input) : undefined;
    if (edited && edited.longest > MAX_MAPPED_VALUE_BYTES) return { kind: "too-large", bytes: edited.longest };
    return { kind: "mapped", status: text === undefined ? undefined : Number(text), headers: edited?.headers };
  }
}

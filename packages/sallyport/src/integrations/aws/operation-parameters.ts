import { jsonValueReader } from "../../expressions/mapping/json-value.ts";
import { type MappingInput, readsBody, valueReader, type ValueReader } from "../../expressions/mapping/value-reader.ts";
import { parseMappingValue } from "../../expressions/mapping-value.ts";
import { serviceIntegration } from "../../model/service-integrations.ts";
import type { ServiceOperation } from "./operations.ts";
import type { Parameters } from "./parameter-value.ts";
import { ParameterError } from "./parameter-value.ts";

type Readers = readonly (readonly [name: string, read: ValueReader])[];

/** The `requestParameters` of an integration with a subtype, compiled. */
export class OperationParameters {
  /** Whether any parameter needs the request's body. */
  readonly readsBody: boolean;
  readonly #readers: Readers;
  readonly #required: readonly string[];

  private constructor(readers: Readers, required: readonly string[], needsBody: boolean) {
    this.#readers = readers;
    this.#required = required;
    this.readsBody = needsBody;
  }

  /** What is wrong is told, as a rule. */
  static of(
    subtype: string,
    operation: ServiceOperation,
    texts: Readonly<Record<string, string>>,
  ): OperationParameters | { readonly rule: string } {
    const { required, optional } = serviceIntegration(subtype) ?? { required: [], optional: [] };
    const readers: (readonly [string, ValueReader])[] = [];
    let needsBody = false;
    for (const [name, text] of Object.entries(texts)) {
      if (!required.includes(name) && !optional.includes(name)) return { rule: `${subtype} has no parameter ${name}` };
      const value = parseMappingValue("request", text);
      if (value.kind === "fault") return { rule: `${name}: ${value.source} can not be read` };
      needsBody ||= readsBody(value);
      const read = operation.jsonParameters.includes(name) ? jsonValueReader(value) : valueReader(value);
      readers.push([name, read]);
    }
    return new OperationParameters(readers, required, needsBody);
  }

  /**
   * The parameters of one request. An empty text counts as no value: no parameter of these operations may be empty (our
   * choice). Throws ParameterError when a required one has none.
   */
  read(input: MappingInput): Parameters {
    const parameters = Object.create(null) as Record<string, string>;
    for (const [name, read] of this.#readers) {
      const text = read(input);
      if (text !== undefined && text !== "") parameters[name] = text;
    }
    const missing = this.#required.find((name) => parameters[name] === undefined);
    if (missing !== undefined) throw new ParameterError(missing, "is required and has no value for this request");
    return parameters;
  }
}

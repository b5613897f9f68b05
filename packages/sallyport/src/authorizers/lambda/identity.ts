import { contextReader } from "../../expressions/context-variables.ts";
import type { IdentitySource } from "../../expressions/identity-source.ts";
import { parseHttpIdentitySource } from "../../expressions/identity-source.ts";
import { textOfHeader } from "../../expressions/mapping/wire-text.ts";
import { queryParameters } from "../../model/wire/query-parameters.ts";
import { joinedHeader } from "../../model/raw-headers.ts";
import type { RequestContext } from "../../model/request-context.ts";

type Reader = (request: RequestContext) => string | undefined;

interface Source {
  readonly text: string;
  readonly read: Reader;
}

export type IdentityValues =
  | { readonly kind: "values"; readonly values: readonly string[] }
  | { readonly kind: "missing"; readonly source: string };

/** The identity sources of an authorizer, ready to be read. */
export class Identity {
  readonly #sources: readonly Source[];

  private constructor(sources: readonly Source[]) {
    this.#sources = sources;
  }

  /** Undefined when one of the texts is no identity source; `invalid` is told which. */
  static of(texts: readonly string[], invalid: (text: string) => void): Identity | undefined {
    const sources: Source[] = [];
    for (const text of texts) {
      const source = parseHttpIdentitySource(text);
      if (!source) {
        invalid(text);
        return undefined;
      }
      sources.push({ text, read: readerOf(source) });
    }
    return new Identity(sources);
  }

  get isEmpty(): boolean {
    return this.#sources.length === 0;
  }

  /** Every source must have a value that is not empty (Developer Guide, Lambda authorizers for HTTP APIs). */
  read(request: RequestContext): IdentityValues {
    const values: string[] = [];
    for (const { text, read } of this.#sources) {
      const value = read(request);
      if (!value) return { kind: "missing", source: text };
      values.push(value);
    }
    return { kind: "values", values };
  }
}

/** Repeated headers and parameters are joined with a comma, as events show them. */
function readerOf({ kind, name }: IdentitySource): Reader {
  switch (kind) {
    case "header":
      return headerReader(name.toLowerCase());
    case "querystring":
      return ({ query }) => queryParameters(query).get(name)?.join(",");
    case "context":
      return contextReader(name) ?? (() => undefined);
    case "stageVariable":
      return ({ stageVariables }) => (Object.hasOwn(stageVariables, name) ? stageVariables[name] : undefined);
  }
}

function headerReader(lowerName: string): Reader {
  return ({ headers }) => {
    const value = joinedHeader(headers, lowerName);
    return value === undefined ? undefined : textOfHeader(value);
  };
}

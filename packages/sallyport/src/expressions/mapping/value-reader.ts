/** Values of parameter mappings, compiled: API Gateway Developer Guide, "Transforming API requests and responses". */
import { queryParameters } from "../../model/wire/query-parameters.ts";
import { joinedHeader, type RawHeaders } from "../../model/raw-headers.ts";
import type { RequestContext } from "../../model/request-context.ts";
import { contextReader } from "../context-variables.ts";
import type { MappingBody } from "./mapping-body.ts";
import type { MappingSource, MappingValue } from "../mapping-value.ts";
import { textOfHeader } from "./wire-text.ts";

/** What mappings read: always the original, so that no entry sees what another one did. */
export interface MappingInput {
  readonly context: RequestContext;
  /** Of the side that is mapped: the client's request, or the integration's response. */
  readonly headers: RawHeaders;
  /** Undefined where there is none, and where no mapping asks for it. */
  readonly body: MappingBody | undefined;
}

/** Undefined: there is no such value, and the entry that consists of it is left out. */
export type ValueReader = (input: MappingInput) => string | undefined;

/** Whether the value needs the body. */
export function readsBody(value: MappingValue): boolean {
  if (value.kind === "source") return value.source.kind === "body";
  return value.parts.some((part) => typeof part === "object" && part.kind === "body");
}

/** How a source's text goes into the value that it is a part of. */
export type PartEncoding = (text: string, source: MappingSource) => string;

/**
 * A placeholder without value leaves a gap; a bare expression without value is none (unverified). `encode` is for
 * destinations where a part must not be taken for syntax.
 */
export function valueReader(value: MappingValue, encode?: PartEncoding): ValueReader {
  if (value.kind === "source") return encoded(value.source, encode);
  const parts = value.parts.map((part) => (typeof part === "string" ? part : encoded(part, encode)));
  if (parts.every((part) => typeof part === "string")) {
    const constant = parts.join("");
    return () => constant;
  }
  return (input) => {
    let text = "";
    for (const part of parts) text += typeof part === "string" ? part : (part(input) ?? "");
    return text;
  };
}

function encoded(source: MappingSource, encode: PartEncoding | undefined): ValueReader {
  const read = sourceReader(source);
  if (!encode) return read;
  return (input) => {
    const text = read(input);
    return text === undefined ? undefined : encode(text, source);
  };
}

function sourceReader(source: MappingSource): ValueReader {
  switch (source.kind) {
    case "header":
      return headerReader(source.name.toLowerCase());
    case "querystring":
      return ({ context }) => queryParameters(context.query).get(source.name)?.join(",");
    case "path":
      return ({ context }) => context.routePath;
    case "pathVariable":
      return ({ context }) => own(context.pathParameters, source.name);
    case "stageVariable":
      return ({ context }) => own(context.stageVariables, source.name);
    case "body":
      return ({ body }) => body?.select(source.path);
    case "context":
      return contextValue(source.name);
  }
}

function headerReader(lowerName: string): ValueReader {
  return ({ headers }) => {
    const value = joinedHeader(headers, lowerName);
    return value === undefined ? undefined : textOfHeader(value);
  };
}

/** A variable that no request has is one without value: creating such a mapping is not refused. */
function contextValue(name: string): ValueReader {
  const read = contextReader(name);
  return read ? ({ context }) => read(context) : () => undefined;
}

function own(values: Readonly<Record<string, string>>, name: string): string | undefined {
  return Object.hasOwn(values, name) ? values[name] : undefined;
}

import { isUtf8 } from "node:buffer";

import { AwsError, badRequest } from "../../model/errors.ts";
import { MalformedEncodingError, parseQueryString } from "../query-string.ts";
import type { AwsRequest } from "../service.ts";
import type { MemberModel, OperationModel, ServiceModel } from "../service-model.ts";
import { shapeOf } from "../service-model.ts";
import type { Reader } from "./shape-reader.ts";
import { readerOf, structureReader, TypeMismatch } from "./shape-reader.ts";
import type { TextReader } from "./text-reader.ts";
import { textReaderOf } from "./text-reader.ts";

/** An operation's input, by the model's capitalised member names. */
export type Input = Record<string, unknown>;

/** Turns a routed request into the operation's input. Throws AwsError with status 400 (413 for too large a body). */
export type RequestParser = (request: AwsRequest, labels: readonly string[]) => Input;

/** An OpenAPI document of the largest documented size, escaped into a JSON string, stays below it. Our choice. */
const MAX_BODY_BYTES = 16 * 1024 * 1024;

interface TextMember {
  readonly member: string;
  readonly wire: string;
  readonly read: TextReader;
}

/** Compiles the parser of one operation. Only JSON and types are looked at; see validation.ts for the rules. */
export function requestParser(
  model: ServiceModel,
  operation: OperationModel,
  maxBodyBytes = MAX_BODY_BYTES,
): RequestParser {
  if (operation.input === undefined) return () => ({});
  const shape = shapeOf(model, operation.input);
  const members = Object.entries(shape.members ?? {});
  const texts = (place: MemberModel["in"]): TextMember[] =>
    members
      .filter(([, member]) => member.in === place)
      .map(([member, { name, shape: target }]) => ({ member, wire: name, read: textReaderOf(model, target) }));
  const labels = inTemplateOrder(texts("uri"), operation.uri);
  const query = texts("querystring");
  const headers = texts("header").map((member) => ({ ...member, wire: member.wire.toLowerCase() }));
  const readBody = bodyReader(model, members, shape.payload, maxBodyBytes);
  return (request, values) => {
    const input: Input = readBody?.(request.body) ?? {};
    labels.forEach((label, index) => take(input, label, [values[index] ?? ""], "path"));
    if (query.length > 0 && request.query !== "") readQuery(input, query, request.query);
    for (const member of headers) {
      const value = request.headers[member.wire];
      if (value !== undefined) take(input, member, [value], "header");
    }
    return input;
  };
}

/** Labels come by position: members in the order in which the template names them. */
function inTemplateOrder(members: readonly TextMember[], uri: string): readonly TextMember[] {
  return [...uri.matchAll(/\{([^}]+)\}/g)].map(([, name]) => {
    const member = members.find(({ wire }) => wire === name);
    if (!member) throw new Error(`no member of the input is the label ${name} of ${uri}`);
    return member;
  });
}

function take(input: Input, { member, wire, read }: TextMember, texts: readonly string[], place: string): void {
  try {
    input[member] = read(texts);
  } catch (error) {
    if (!(error instanceof TypeMismatch)) throw error;
    throw badRequest(`Invalid value for ${wire} in the ${place}: must be ${error.expected}`, error);
  }
}

function readQuery(input: Input, members: readonly TextMember[], query: string): void {
  const given = queryOf(query);
  for (const member of members) {
    const texts = given.get(member.wire);
    if (texts) take(input, member, texts, "query string");
  }
}

function queryOf(query: string): ReadonlyMap<string, readonly string[]> {
  try {
    return parseQueryString(query);
  } catch (cause) {
    if (!(cause instanceof MalformedEncodingError)) throw cause;
    throw badRequest(`Malformed percent-encoding in the query string: ${cause.text.slice(0, 300)}`, cause);
  }
}

type BodyReader = (body: Uint8Array) => Input;

function bodyReader(
  model: ServiceModel,
  members: readonly (readonly [string, MemberModel])[],
  payload: string | undefined,
  limit: number,
): BodyReader | undefined {
  if (payload !== undefined) {
    return payloadReader(model, payload, members.find(([name]) => name === payload)?.[1], limit);
  }
  const inBody = members.filter(([, member]) => member.in === undefined);
  if (inBody.length === 0) return undefined;
  const read = structureReader(model, inBody);
  return (body) => (body.length === 0 ? {} : (readJson(body, read, limit) as Input));
}

/** A payload member is the whole body: bytes or text as they are, everything else as JSON. */
function payloadReader(model: ServiceModel, name: string, member: MemberModel | undefined, limit: number): BodyReader {
  if (!member) throw new Error(`the payload ${name} is no member of its structure`);
  const { type } = shapeOf(model, member.shape);
  const read = readerOf(model, member.shape);
  return (body) => {
    if (body.length === 0) return {};
    if (type === "blob") return { [name]: body };
    return { [name]: type === "string" ? textOf(body, limit) : readJson(body, read, limit) };
  };
}

/** The texts are unverified: nobody has published what the real service says. */
function readJson(body: Uint8Array, read: Reader, limit: number): unknown {
  let value: unknown;
  try {
    value = JSON.parse(textOf(body, limit));
  } catch (cause) {
    if (cause instanceof AwsError) throw cause;
    throw badRequest("Invalid request body: it is not valid JSON", cause);
  }
  try {
    return read(value, 0);
  } catch (error) {
    if (!(error instanceof TypeMismatch)) throw error;
    throw badRequest(`Invalid request body: ${error.path || "it"} must be ${error.expected}`, error);
  }
}

function textOf(body: Uint8Array, limit: number): string {
  if (body.length > limit) {
    throw new AwsError("RequestEntityTooLargeException", 413, `Request body larger than ${limit} bytes`);
  }
  if (!isUtf8(body)) throw badRequest("Invalid request body: it is not UTF-8 text");
  return Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString("utf8");
}

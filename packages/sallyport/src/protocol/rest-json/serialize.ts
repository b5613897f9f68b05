import type { AnswerSink, AwsResponse } from "../service.ts";
import type { MemberModel, OperationModel, ServiceModel } from "../service-model.ts";
import { shapeOf } from "../service-model.ts";
import { structureWriter, writerOf } from "./shape-writer.ts";

/** An operation's output, by the model's member names. */
export type Output = Readonly<Record<string, unknown>>;

/** Turns an output into an answer; `headers` are those that every answer carries. */
export type ResponseSerializer = (output: Output, headers: Readonly<Record<string, string>>) => AwsResponse;

type Members = readonly (readonly [string, MemberModel])[];
type Body = Pick<AwsResponse, "headers" | "body">;

const JSON_TYPE = { "content-type": "application/json" };
const contentTypes = new WeakMap<object, string>();

/** Marks an output whose payload is a document of its own, for example an exported API in YAML, with its type. */
export function withContentType<T extends object>(output: T, contentType: string): T {
  contentTypes.set(output, contentType);
  return output;
}

type Stream = (sink: AnswerSink) => void;
const streams = new WeakMap<object, Stream>();

/** Marks an output whose payload is an event stream: `stream` writes it, bytes as they go over the wire. */
export function withStream<T extends object>(output: T, contentType: string, stream: Stream): T {
  streams.set(output, stream);
  return withContentType(output, contentType);
}

/** Compiles the serialiser of one operation. */
export function responseSerializer(model: ServiceModel, operation: OperationModel): ResponseSerializer {
  const shape = operation.output === undefined ? undefined : shapeOf(model, operation.output);
  const members = Object.entries(shape?.members ?? {});
  const writeBody = operation.status === 204 ? noBody : bodyWriter(model, members, shape?.payload);
  const writeHeaders = headerWriter(members.filter(([, member]) => member.in === "header"));
  const statusMember = members.find(([, member]) => member.in === "statusCode")?.[0];
  return (output, headers) => {
    const { body, headers: own } = writeBody(output);
    const status = (statusMember === undefined ? undefined : output[statusMember]) ?? operation.status;
    const stream = streams.get(output);
    return {
      status: status as number,
      headers: { ...headers, ...own, ...writeHeaders(output) },
      ...(stream ? { body: "", stream } : { body }),
    };
  };
}

const noBody = (): Body => ({ headers: {}, body: "" });

function bodyWriter(model: ServiceModel, members: Members, payload: string | undefined): (output: Output) => Body {
  const member = members.find(([name]) => name === payload);
  if (payload !== undefined && member) return payloadWriter(model, payload, member[1]);
  const write = structureWriter(
    model,
    members.filter(([, { in: place }]) => place === undefined),
  );
  return (output) => ({ headers: JSON_TYPE, body: JSON.stringify(write(output)) });
}

function payloadWriter(model: ServiceModel, name: string, member: MemberModel): (output: Output) => Body {
  const { type } = shapeOf(model, member.shape);
  const raw = type === "blob" || type === "string";
  const write = writerOf(model, member.shape);
  return (output) => {
    const value = output[name];
    const headers = { "content-type": contentTypes.get(output) ?? JSON_TYPE["content-type"] };
    if (value === undefined || value === null) return { headers, body: raw ? "" : "{}" };
    return { headers, body: raw ? (value as string | Uint8Array) : JSON.stringify(write(value)) };
  };
}

function headerWriter(members: Members): (output: Output) => Readonly<Record<string, string>> {
  if (members.length === 0) return () => ({});
  return (output) => {
    const given = members.flatMap(([member, { name }]): [string, string][] => {
      const value = output[member];
      return value === undefined || value === null
        ? []
        : [[name, typeof value === "string" ? value : JSON.stringify(value)]];
    });
    return Object.fromEntries(given);
  };
}

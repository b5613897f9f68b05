import { AwsError } from "../../model/errors.ts";
import { MalformedEncodingError, parseQueryString } from "../query-string.ts";
import type { AwsRequest } from "../service.ts";

/** Parameters of a call as a tree: `Tags.member.1.Key=a` is a branch four names deep. */
export interface ParameterNode {
  readonly value: string | undefined;
  readonly children: ReadonlyMap<string, ParameterNode>;
}

interface MutableNode extends ParameterNode {
  value: string | undefined;
  readonly children: Map<string, MutableNode>;
}

/** Bounds of what a call has any reason to send. Our choice. */
const MAX_PARAMETERS = 5000;
const MAX_DEPTH = 16;

const node = (): MutableNode => ({ value: undefined, children: new Map() });

const malformed = (message: string, cause?: unknown): AwsError =>
  new AwsError("MalformedInput", 400, message, { cause });

/** The parameters of a call: those of its form body, and those of its query string where the form has none. */
export function parametersOf(request: AwsRequest): ParameterNode {
  const root = node();
  const body = Buffer.from(request.body.buffer, request.body.byteOffset, request.body.byteLength).toString("utf8");
  const given = [...decode(body), ...decode(request.query)];
  if (given.length > MAX_PARAMETERS) throw malformed(`More than ${MAX_PARAMETERS} parameters`);
  for (const [name, values] of given) insert(root, name, values[0] ?? "");
  return root;
}

function insert(root: MutableNode, name: string, value: string): void {
  const path = name.split(".");
  if (path.length > MAX_DEPTH) throw malformed(`A parameter is nested more than ${MAX_DEPTH} levels deep`);
  let at = root;
  for (const segment of path) {
    const next = at.children.get(segment) ?? node();
    at.children.set(segment, next);
    at = next;
  }
  at.value ??= value;
}

function decode(text: string): ReadonlyMap<string, readonly string[]> {
  try {
    return parseQueryString(text);
  } catch (cause) {
    if (!(cause instanceof MalformedEncodingError)) throw cause;
    throw malformed("Malformed percent-encoding in the parameters", cause);
  }
}

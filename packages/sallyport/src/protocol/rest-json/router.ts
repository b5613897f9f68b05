import { AwsError, badRequest } from "../../model/errors.ts";
import { decodePercent, MalformedEncodingError } from "../query-string.ts";

/** An operation as the router needs it. */
export interface Routable {
  readonly method: string;
  /** URI template such as `/v2/apis/{apiId}/routes/{routeId}`. */
  readonly uri: string;
}

export type Routed<T> =
  /** `labels` are decoded, in the order of the template. */
  | { readonly kind: "operation"; readonly operation: T; readonly labels: readonly string[] }
  /** A read whose last label is empty, for example `GET /v2/apis/`. */
  | { readonly kind: "empty-label" };

interface Node<T> {
  readonly literals: Map<string, Node<T>>;
  label: Node<T> | undefined;
  /** Operations by method whose last label takes the rest of the path, slashes and all. */
  readonly rest: Map<string, T>;
  readonly operations: Map<string, T>;
}

const node = <T>(): Node<T> => ({ literals: new Map(), label: undefined, rest: new Map(), operations: new Map() });

/**
 * The model does not mark the label, but some clients send an ARN with bare slashes (observed), so that
 * `/v2/tags/{resource-arn}` has to take everything that follows.
 */
const takesRest = (segment: string): boolean => /^\{[^}]*arn\}$/i.test(segment);

/** Finds the operation of a method and a raw path. Built once per model. */
export class OperationRouter<T extends Routable> {
  readonly #root = node<T>();

  constructor(operations: Iterable<T>) {
    for (const operation of operations) this.#add(operation);
  }

  /**
   * Splits the path as sent and decodes each label afterwards, so that `GET%20%2Fpets` stays one segment.
   * Throws AwsError: 400 for malformed percent-encoding, 404 for a path or a method that no operation has.
   */
  route(method: string, path: string): Routed<T> {
    const found = path.startsWith("/") ? find(this.#root, path, 1, []) : undefined;
    if (!found) throw unknownOperation(`${method} ${path}`);
    const operation = found.operations.get(method);
    if (!operation) throw unknownOperation(`${method} ${path}; methods of this path: ${methodsOf(found)}`);
    if (found.raw.at(-1) !== "") return { kind: "operation", operation, labels: found.raw.map(decodeLabel) };
    // `GET /v2/apis/` was seen to answer 200 `{}`; the same for other reads is our choice. A write without an id must
    // never reach its operation.
    if (method === "GET") return { kind: "empty-label" };
    throw unknownOperation(`${method} ${path}; its last identifier is empty`);
  }

  #add(operation: T): void {
    let at = this.#root;
    for (const segment of operation.uri.slice(1).split("/")) {
      if (takesRest(segment)) {
        at.rest.set(operation.method, operation);
        return;
      }
      at = segment.startsWith("{") ? (at.label ??= node()) : literalOf(at, segment);
    }
    at.operations.set(operation.method, operation);
  }
}

function literalOf<T>(at: Node<T>, segment: string): Node<T> {
  const known = at.literals.get(segment);
  if (known) return known;
  const created = node<T>();
  at.literals.set(segment, created);
  return created;
}

interface Found<T> {
  readonly operations: ReadonlyMap<string, T>;
  readonly raw: readonly string[];
}

/** Literals win over labels; when they lead nowhere, the label is tried. Depth is that of the templates. */
function find<T>(at: Node<T>, path: string, from: number, raw: readonly string[]): Found<T> | undefined {
  if (from > path.length) return at.operations.size > 0 ? { operations: at.operations, raw } : undefined;
  const slash = path.indexOf("/", from);
  const end = slash < 0 ? path.length : slash;
  const segment = path.slice(from, end);
  const literal = at.literals.get(segment);
  const straight = literal && find(literal, path, end + 1, raw);
  if (straight) return straight;
  if (at.rest.size > 0) return { operations: at.rest, raw: [...raw, path.slice(from)] };
  // Only the last label may be empty, and only to be recognised as such.
  if (!at.label || (segment === "" && slash >= 0)) return undefined;
  return find(at.label, path, end + 1, [...raw, segment]);
}

function methodsOf<T>({ operations }: Found<T>): string {
  return [...operations.keys()].toSorted().join(", ");
}

function decodeLabel(raw: string): string {
  try {
    return decodePercent(raw);
  } catch (cause) {
    if (cause instanceof MalformedEncodingError)
      throw badRequest(`Malformed percent-encoding in the path: ${raw.slice(0, MAX_SHOWN)}`, cause);
    throw cause;
  }
}

/** How much of a request line a message repeats. */
const MAX_SHOWN = 300;

/**
 * Never `NotFoundException`: clients such as Terraform take that code for "the resource is gone" and drop it from their
 * state. The code is the one that services built on the same framework use; text and status are our choice, also for a
 * known path with a method it does not have.
 */
function unknownOperation(what: string): AwsError {
  return new AwsError("UnknownOperationException", 404, `Unknown operation: ${what.slice(0, MAX_SHOWN)}`);
}

import { decodeQueryText } from "../percent-encoding.ts";

/** The decoded values of each name of a request's query, in the order sent. */
export type QueryParameters = ReadonlyMap<string, readonly string[]>;

const NO_PARAMETERS: QueryParameters = new Map();

/**
 * Takes a query apart: `+` is a blank, `a=` and `a` (unverified) have the value `""`. A hostile query is no error: what
 * is no escape stays as it is.
 */
export function queryParameters(query: string | undefined): QueryParameters {
  if (!query) return NO_PARAMETERS;
  const parameters = new Map<string, string[]>();
  for (const pair of query.split("&")) {
    if (pair === "") continue;
    const equals = pair.indexOf("=");
    const name = decodeQueryText(equals < 0 ? pair : pair.slice(0, equals));
    const value = equals < 0 ? "" : decodeQueryText(pair.slice(equals + 1));
    const values = parameters.get(name);
    if (values) values.push(value);
    else parameters.set(name, [value]);
  }
  return parameters;
}

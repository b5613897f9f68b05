/** How the texts of parameters become the values that services take. What is unverified is marked; the rest is our choice. */

/** A parameter whose text is no value of its kind: the client's 400. */
export class ParameterError extends Error {
  override readonly name = "ParameterError";

  constructor(parameter: string, rule: string) {
    super(`${parameter} ${rule}`);
  }
}

/** Parameters that have a value, by name. */
export type Parameters = Readonly<Record<string, string>>;

/** Attribute of a message, in the words of SQS. */
export interface MessageAttribute {
  readonly DataType: string;
  readonly StringValue?: string;
  /** Base64. */
  readonly BinaryValue?: string;
}

/** Whole numbers are given as text. */
export function integerOf(parameters: Parameters, name: string): number | undefined {
  const text = parameters[name];
  if (text === undefined) return undefined;
  if (!/^-?\d{1,9}$/.test(text)) throw new ParameterError(name, `must be a whole number, not ${shown(text)}`);
  return Number(text);
}

/** Lists are given as the text of a JSON array (unverified). */
export function listOf(parameters: Parameters, name: string): readonly string[] | undefined {
  const value = jsonOf(parameters, name);
  if (value === undefined) return undefined;
  if (!Array.isArray(value) || !value.every((item) => typeof item === "string")) {
    throw new ParameterError(name, 'must be a JSON array of texts, for example ["All"]');
  }
  return value;
}

/** Maps are given as the text of a JSON object (unverified). */
export function attributesOf(parameters: Parameters, name: string): readonly (readonly [string, MessageAttribute])[] {
  const value = jsonOf(parameters, name);
  if (value === undefined) return [];
  if (typeof value !== "object" || value === null || Array.isArray(value) || !Object.values(value).every(isAttribute)) {
    const rule = 'must be a JSON object, for example {"name":{"DataType":"String","StringValue":"text"}}';
    throw new ParameterError(name, rule);
  }
  return Object.entries(value) as [string, MessageAttribute][];
}

/** A moment, in ISO 8601 or as seconds since 1970; the latter is what is sent. */
export function secondsOf(parameters: Parameters, name: string): number | undefined {
  const text = parameters[name];
  if (text === undefined) return undefined;
  const seconds = /^\d{1,12}(?:\.\d{1,9})?$/.test(text) ? Number(text) : Date.parse(text) / 1000;
  if (Number.isNaN(seconds)) throw new ParameterError(name, `must be a time in ISO 8601, not ${shown(text)}`);
  return seconds;
}

/** One segment of a path. A dot segment would lead to another resource. */
export function segmentOf(parameters: Parameters, name: string): string {
  const text = parameters[name] ?? "";
  if (text === "." || text === "..") throw new ParameterError(name, `must not be ${shown(text)}`);
  return text;
}

function jsonOf(parameters: Parameters, name: string): unknown {
  const text = parameters[name];
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new ParameterError(name, `must be JSON, not ${shown(text)}`);
  }
}

function isAttribute(value: unknown): value is MessageAttribute {
  if (typeof value !== "object" || value === null || !("DataType" in value)) return false;
  const { DataType, StringValue, BinaryValue } = value as Readonly<Record<string, unknown>>;
  const text = StringValue ?? BinaryValue;
  return typeof DataType === "string" && typeof text === "string";
}

const shown = (text: string): string => JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}...` : text);

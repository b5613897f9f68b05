import { BlockList, isIP } from "node:net";

import { parseTimestamp } from "../timestamp.ts";
import type { Glob } from "./glob.ts";
import { compileGlob, matchesGlob } from "./glob.ts";
import { shown } from "./policy-error.ts";
import type { ContextKeys } from "./request-context.ts";

/** Whether a value of the request matches one value of the policy. */
export type ValueMatcher = (given: string, context: ContextKeys) => boolean;

export interface Operator {
  /** Compiles a value of the policy. Throws Error with the rule when the value is of no use to the operator. */
  readonly compile: (value: string, variables: boolean) => ValueMatcher;
  /** The operator holds when no value matches. */
  readonly negated: boolean;
}

type Compile = Operator["compile"];

const glob =
  (wildcards: boolean, fold: boolean): Compile =>
  (value, variables) => {
    const compiled: Glob = compileGlob(fold ? value.toLowerCase() : value, { wildcards, variables });
    // A variable without a value matches nothing (documented).
    return (given, context) => matchesGlob(compiled, fold ? given.toLowerCase() : given, context) === true;
  };

/** Variables keep their case under `…IgnoreCase`, so their values have to be folded too. */
const ignoreCase: Compile = (value, variables) => {
  const compiled = compileGlob(value, { wildcards: false, variables });
  const parts = compiled.parts.map((part) => ("key" in part ? part : part.map(foldCode)));
  return (given, context) => matchesGlob({ parts }, given.toLowerCase(), lowerCased(context)) === true;
};

const foldCode = (code: number): number => String.fromCharCode(code).toLowerCase().charCodeAt(0);

function lowerCased(context: ContextKeys): ContextKeys {
  return { get: (key) => context.get(key)?.map((value) => value.toLowerCase()) };
}

/** The six parts of an ARN are compared one by one, so that a wildcard does not reach over a colon (documented). */
const arn: Compile = (value, variables) => {
  const parts = arnParts(value).map((part) => compileGlob(part, { wildcards: true, variables }));
  return (given, context) => {
    const texts = arnParts(given);
    return (
      texts.length === parts.length && parts.every((part, at) => matchesGlob(part, texts[at] ?? "", context) === true)
    );
  };
};

function arnParts(text: string): string[] {
  const parts = text.split(":");
  return parts.length <= 6 ? parts : [...parts.slice(0, 5), parts.slice(5).join(":")];
}

const numeric =
  (holds: (given: number, wanted: number) => boolean): Compile =>
  (value) => {
    const wanted = numberOf(value);
    if (wanted === undefined) throw new Error(`${shown(value)} is not a number`);
    return (given) => {
      const number = numberOf(given);
      return number !== undefined && holds(number, wanted);
    };
  };

function numberOf(text: string): number | undefined {
  return /^[+-]?\d+(?:\.\d+)?$/.test(text) ? Number(text) : undefined;
}

const date =
  (holds: (given: number, wanted: number) => boolean): Compile =>
  (value) => {
    const wanted = timeOf(value);
    if (wanted === undefined) throw new Error(`${shown(value)} is neither an ISO 8601 date nor seconds since 1970`);
    return (given) => {
      const time = timeOf(given);
      return time !== undefined && holds(time, wanted);
    };
  };

function timeOf(text: string): number | undefined {
  if (/^\d{4}-\d{2}-\d{2}$/.test(text)) return parseTimestamp(`${text}T00:00:00Z`)?.getTime();
  return parseTimestamp(/^\d+$/.test(text) ? Number(text) : text)?.getTime();
}

const bool: Compile = (value) => {
  const wanted = value.toLowerCase();
  if (wanted !== "true" && wanted !== "false") throw new Error(`${shown(value)} is neither true nor false`);
  return (given) => given.toLowerCase() === wanted;
};

const ip: Compile = (value) => {
  const [address = "", prefix] = value.split("/");
  const version = isIP(address);
  const bits = version === 4 ? 32 : 128;
  if (version === 0 || (prefix !== undefined && !(/^\d{1,3}$/.test(prefix) && Number(prefix) <= bits))) {
    throw new Error(`${shown(value)} is not an IP address or a CIDR block`);
  }
  const block = new BlockList();
  block.addSubnet(address, prefix === undefined ? bits : Number(prefix), version === 4 ? "ipv4" : "ipv6");
  return (given) => isIP(given) !== 0 && block.check(given, isIP(given) === 4 ? "ipv4" : "ipv6");
};

const equal = (given: number, wanted: number): boolean => given === wanted;

const comparisons = (family: string, compile: (holds: (given: number, wanted: number) => boolean) => Compile) => ({
  [`${family}Equals`]: { compile: compile(equal), negated: false },
  [`${family}NotEquals`]: { compile: compile(equal), negated: true },
  [`${family}LessThan`]: { compile: compile((given, wanted) => given < wanted), negated: false },
  [`${family}LessThanEquals`]: { compile: compile((given, wanted) => given <= wanted), negated: false },
  [`${family}GreaterThan`]: { compile: compile((given, wanted) => given > wanted), negated: false },
  [`${family}GreaterThanEquals`]: { compile: compile((given, wanted) => given >= wanted), negated: false },
});

/** IAM User Guide, "IAM JSON policy elements: Condition operators". `Null` is no comparison and lives in condition.ts. */
export const operators: Readonly<Record<string, Operator>> = {
  StringEquals: { compile: glob(false, false), negated: false },
  StringNotEquals: { compile: glob(false, false), negated: true },
  StringEqualsIgnoreCase: { compile: ignoreCase, negated: false },
  StringNotEqualsIgnoreCase: { compile: ignoreCase, negated: true },
  StringLike: { compile: glob(true, false), negated: false },
  StringNotLike: { compile: glob(true, false), negated: true },
  ...comparisons("Numeric", numeric),
  ...comparisons("Date", date),
  Bool: { compile: bool, negated: false },
  BinaryEquals: { compile: (value) => (given) => given === value, negated: false },
  IpAddress: { compile: ip, negated: false },
  NotIpAddress: { compile: ip, negated: true },
  ArnEquals: { compile: arn, negated: false },
  ArnLike: { compile: arn, negated: false },
  ArnNotEquals: { compile: arn, negated: true },
  ArnNotLike: { compile: arn, negated: true },
};

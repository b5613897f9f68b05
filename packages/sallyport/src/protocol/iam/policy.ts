import type { PolicyDocument } from "../principal.ts";
import type { Condition } from "./condition.ts";
import { compileCondition } from "./condition.ts";
import type { Glob } from "./glob.ts";
import { compileGlob } from "./glob.ts";
import { PolicyError, shown } from "./policy-error.ts";

/** Texts of which one must match, or, when `except`, of which none may. */
export interface Selection {
  readonly globs: readonly Glob[];
  readonly except: boolean;
}

/** A statement ready to be asked. */
export interface Statement {
  readonly sid: string | undefined;
  readonly effect: "Allow" | "Deny";
  readonly actions: Selection;
  readonly resources: Selection;
  readonly condition: Condition | undefined;
}

export interface Policy {
  readonly statements: readonly Statement[];
}

const DOCUMENT_MEMBERS = new Set(["Version", "Id", "Statement"]);
const STATEMENT_MEMBERS = new Set(["Sid", "Effect", "Action", "NotAction", "Resource", "NotResource", "Condition"]);
/** Variables exist from the second version on; a document without a version is of the first. */
const VERSIONS = new Map([
  ["2008-10-17", false],
  ["2012-10-17", true],
]);

/** A pattern that is longer could only be meant to be expensive. Our choice; documented policies hold 6144 characters. */
const MAX_PATTERN_LENGTH = 2048;

/**
 * Checks and compiles an identity-based policy document: IAM User Guide, "IAM JSON policy element reference". Whatever
 * is unknown, misspelt or missing throws PolicyError, whose place begins with `place`.
 */
export function parsePolicy(document: PolicyDocument, place = "policy"): Policy {
  requireObject(document, place);
  refuseUnknown(document, DOCUMENT_MEMBERS, place);
  const { Version: version = "2008-10-17", Statement: given } = document;
  const variables = VERSIONS.get(version as string);
  if (variables === undefined) {
    throw new PolicyError(`${place}.Version`, `${shown(version)} is not one of ${[...VERSIONS.keys()].join(", ")}`);
  }
  if (given === undefined) throw new PolicyError(`${place}.Statement`, "is required");
  const list: readonly unknown[] = Array.isArray(given) ? given : [given];
  if (list.length === 0) throw new PolicyError(`${place}.Statement`, "must hold at least one statement");
  const at = (index: number): string => `${place}.Statement${Array.isArray(given) ? `[${index}]` : ""}`;
  return { statements: list.map((statement, index) => parseStatement(statement, at(index), variables)) };
}

function parseStatement(given: unknown, place: string, variables: boolean): Statement {
  requireObject(given, place);
  if ("Principal" in given || "NotPrincipal" in given) {
    throw new PolicyError(place, "an identity-based policy has no Principal: it belongs to the one it is attached to");
  }
  refuseUnknown(given, STATEMENT_MEMBERS, place);
  const { Sid: sid, Effect: effect, Condition: condition } = given;
  if (effect !== "Allow" && effect !== "Deny") {
    throw new PolicyError(`${place}.Effect`, `must be Allow or Deny, not ${shown(effect)}`);
  }
  if (sid !== undefined && typeof sid !== "string") throw new PolicyError(`${place}.Sid`, "must be a text");
  return {
    sid,
    effect,
    actions: selection(given, "Action", place, (text, at) => actionGlob(text, at)),
    resources: selection(given, "Resource", place, (text, at) => resourceGlob(text, at, variables)),
    condition: condition === undefined ? undefined : compileCondition(condition, `${place}.Condition`, variables),
  };
}

function selection(
  statement: Readonly<Record<string, unknown>>,
  name: "Action" | "Resource",
  place: string,
  compile: (text: string, place: string) => Glob,
): Selection {
  const except = `Not${name}` in statement;
  if (except === name in statement) throw new PolicyError(place, `must have either ${name} or Not${name}`);
  const member = except ? `Not${name}` : name;
  const given = statement[member];
  const texts: readonly unknown[] = Array.isArray(given) ? given : [given];
  if (texts.length === 0) throw new PolicyError(`${place}.${member}`, "must not be empty");
  const globs = texts.map((text, index) => {
    const at = `${place}.${member}${Array.isArray(given) ? `[${index}]` : ""}`;
    if (typeof text !== "string" || text === "") throw new PolicyError(at, `must be a text, not ${shown(text)}`);
    if (text.length > MAX_PATTERN_LENGTH) throw new PolicyError(at, `is longer than ${MAX_PATTERN_LENGTH} characters`);
    return compile(text, at);
  });
  return { globs, except };
}

/** Actions know no variables and no case. */
function actionGlob(text: string, place: string): Glob {
  if (text !== "*" && text !== "*:*" && !/^[A-Za-z0-9-]+:[A-Za-z0-9*?]+$/.test(text)) {
    throw new PolicyError(place, `${shown(text)} is neither * nor of the form service:action`);
  }
  return compileGlob(text.toLowerCase(), { wildcards: true, variables: false });
}

function resourceGlob(text: string, place: string, variables: boolean): Glob {
  if (!/^(?:\*|arn:[^:]*:[^:]*:[^:]*:[^:]*:.*|arn:.*\*.*)$/s.test(text)) {
    throw new PolicyError(place, `${shown(text)} is neither * nor an ARN`);
  }
  return compileGlob(text, { wildcards: true, variables });
}

function requireObject(value: unknown, place: string): asserts value is Readonly<Record<string, unknown>> {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return;
  throw new PolicyError(place, "must be an object");
}

function refuseUnknown(value: object, known: ReadonlySet<string>, place: string): void {
  const unknown = Object.keys(value).find((name) => !known.has(name));
  if (unknown !== undefined)
    throw new PolicyError(`${place}.${unknown}`, `unknown element; known: ${[...known].join(", ")}`);
}

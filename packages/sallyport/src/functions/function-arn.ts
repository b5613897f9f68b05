import type { Texts } from "../model/request-context.ts";

/** A function as an `IntegrationUri` or `AuthorizerUri` names it, a stage's variables in place. */
export type BoundFunction =
  | { readonly kind: "function"; readonly arn: string; readonly credentialsArn: string | undefined }
  | {
      readonly kind: "fault";
      /** The member that is wrong. */
      readonly member: "uri" | "credentials";
      readonly rule: string;
    };

/** The function and its qualifier, taken apart. */
export interface FunctionName {
  /** ARN without qualifier. */
  readonly arn: string;
  readonly region: string;
  readonly account: string;
  readonly name: string;
  /** Version, alias or `$LATEST`. */
  readonly qualifier: string | undefined;
}

const INVOCATION_ARN = /^arn:aws[a-z-]*:apigateway:[a-z0-9-]+:lambda:path\/2015-03-31\/functions\/(.+)\/invocations$/;
const FUNCTION_ARN = /^(arn:aws[a-z-]*:lambda:([a-z0-9-]+):(\d{12}):function:([\w-]+))(?::(\$LATEST|[\w-]+))?$/;
const STAGE_VARIABLE = /\$\{stageVariables\.([A-Za-z0-9_]+)\}/g;

/**
 * The function that a URI names: a function's ARN, or one wrapped in an invocation ARN. A variable without value leaves
 * no usable ARN; the answer then is 500 (unverified).
 */
export function bindFunction(
  uri: string | undefined,
  credentialsArn: string | undefined,
  variables: Texts,
): BoundFunction {
  const whole = filled(uri ?? "", variables);
  if (whole.kind === "missing") return fault("uri", `stage variable ${whole.name} of the function has no value`);
  const arn = INVOCATION_ARN.exec(whole.text)?.[1] ?? whole.text;
  if (!parseFunctionArn(arn)) return fault("uri", `${arn} is no ARN of a Lambda function`);
  if (credentialsArn === undefined) return { kind: "function", arn, credentialsArn };
  const role = filled(credentialsArn, variables);
  if (role.kind === "missing") return fault("credentials", `stage variable ${role.name} of the role has no value`);
  return { kind: "function", arn, credentialsArn: role.text };
}

/** Takes a function's ARN apart; undefined when it is none. */
export function parseFunctionArn(text: string): FunctionName | undefined {
  const match = FUNCTION_ARN.exec(text);
  if (!match) return undefined;
  const [, arn = "", region = "", account = "", name = "", qualifier] = match;
  return { arn, region, account, name, qualifier };
}

function fault(member: "uri" | "credentials", rule: string): BoundFunction {
  return { kind: "fault", member, rule };
}

type Filled = { readonly kind: "text"; readonly text: string } | { readonly kind: "missing"; readonly name: string };

function filled(template: string, variables: Texts): Filled {
  let missing: string | undefined;
  const text = template.replace(STAGE_VARIABLE, (_, name: string) => {
    const value = Object.hasOwn(variables, name) ? variables[name] : undefined;
    if (value === undefined) missing ??= name;
    return value ?? "";
  });
  return missing === undefined ? { kind: "text", text } : { kind: "missing", name: missing };
}

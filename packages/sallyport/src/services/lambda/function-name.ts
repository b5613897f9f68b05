import { functionArn } from "../../functions/hosted/function-resolver.ts";
import { accessDenied, faults } from "./faults.ts";
import type { Call } from "./operation.ts";

/** A function as a call names it. */
export interface NamedFunction {
  readonly account: string;
  readonly region: string;
  readonly name: string;
  /** Version, alias or `$LATEST`; undefined when the call says nothing. */
  readonly qualifier: string | undefined;
}

/** `my-function`, `123456789012:function:my-function` or the whole ARN, each with or without a qualifier. */
const FORMS =
  /^(?:arn:aws[a-zA-Z-]*:lambda:)?(?:([a-z]{2}(?:-gov|-iso[a-z]?)?-[a-z]+-\d):)?(?:(\d{12}):)?(?:function:)?([\w-]+)(?::(\$LATEST|[\w-]+))?$/;

/** Takes a function's name apart; undefined when it has none of the documented forms. */
export function parseFunctionName(
  text: string,
): { readonly [P in keyof NamedFunction]: NamedFunction[P] | undefined } | undefined {
  const match = FORMS.exec(text);
  if (!match) return undefined;
  const [, region, account, name = "", qualifier] = match;
  return { region, account, name, qualifier };
}

/**
 * The function that a call names. AWS Lambda API Reference, "FunctionName" of any operation. A function of another
 * account is refused unless the operation may be called across accounts.
 */
export function namedFunction(
  call: Pick<Call, "account" | "region" | "operation" | "caller">,
  text: string,
  qualifier?: string,
  { foreign = false }: { readonly foreign?: boolean } = {},
): NamedFunction {
  const parsed = parseFunctionName(text);
  // The model's pattern has seen to it, but for dots, which no function's name has.
  if (parsed?.name === undefined) throw faults.function(functionArn(call, text, qualifier));
  const { account = call.account, region = call.region, name } = parsed;
  if (region !== call.region) throw faults.region(region, call.region);
  if (qualifier && parsed.qualifier && qualifier !== parsed.qualifier) throw faults.qualifierMismatch();
  const named = { account, region, name, qualifier: qualifier || parsed.qualifier };
  if (account !== call.account && !foreign) throw foreignFunction(call, arnOf(named));
  return named;
}

/** The ARN of a function as the call named it. */
export function arnOf({ account, region, name, qualifier }: NamedFunction): string {
  return functionArn({ account, region }, name, qualifier);
}

export function foreignFunction({ caller, operation }: Pick<Call, "caller" | "operation">, arn: string): Error {
  const action = `lambda:${operation.startsWith("Invoke") ? "InvokeFunction" : operation}`;
  return accessDenied(
    `User: ${caller.principal.arn} is not authorized to perform: ${action} on resource: ${arn} ` +
      `because no resource-based policy allows the ${action} action`,
  );
}

import { stageFaults } from "../../faults.ts";
import { mergeTexts } from "../../patch.ts";

type Variables = Readonly<Record<string, string>>;

/** API Gateway Developer Guide, "Quotas for configuring and running an HTTP API": stage variables. */
const NAME = /^[A-Za-z0-9_]{1,64}$/;
const VALUE = /^[A-Za-z0-9\-._~:/?#&=,]{1,512}$/;

/** The variables of a new stage. */
export function newVariables(sent: Variables | undefined, maximum: number): Variables {
  for (const [name, value] of Object.entries(sent ?? {})) requireVariable(name, value);
  return requireCount({ ...sent }, maximum);
}

/** The variables after a PATCH: merged by name; `""` removes one. */
export function patchVariables(
  current: Variables | undefined,
  sent: Variables | undefined,
  maximum: number,
): Variables {
  // An empty value needs no name check: what it removes is not there, or was checked when it came.
  for (const [name, value] of Object.entries(sent ?? {})) if (value !== "") requireVariable(name, value);
  return requireCount(mergeTexts(current, sent) ?? {}, maximum);
}

function requireVariable(name: string, value: string): void {
  if (!NAME.test(name) || !VALUE.test(value)) throw stageFaults.variable(name, value);
}

function requireCount(variables: Variables, maximum: number): Variables {
  if (Object.keys(variables).length > maximum) throw stageFaults.variables(maximum);
  return variables;
}

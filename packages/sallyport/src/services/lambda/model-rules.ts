/** What the service model says of every operation's input, in the real service's words. */
import { loadServiceModel, type ServiceModel } from "../../protocol/service-model.ts";
import { type Violation, violations } from "../../protocol/validation.ts";
import { invalidParameter, validation } from "./faults.ts";
import { parseFunctionName } from "./function-name.ts";
import type { OperationName } from "./operation.ts";

/** Read when the API is called for the first time. */
export const lambdaModel = (): ServiceModel => loadServiceModel("lambda");

/** AWS Lambda Developer Guide, "Lambda quotas"; the model is wider. */
const MAX_TIMEOUT_SECONDS = 900;
const MAX_MEMORY_MB = 10_240;
const MAX_NAME_LENGTH = 64;

/** Throws for the rules of the model that the input breaks, all of them at once. */
export function validateInput(operation: OperationName, input: object): void {
  const found = violations(lambdaModel(), operation, input);
  const texts = found.map((violation) => `${place(violation)} failed to satisfy constraint: ${rule(violation)}`);
  const { Timeout: timeout, MemorySize: memory, FunctionName: name, Runtime: runtime } = input as KnownMembers;
  if (timeout !== undefined && timeout > MAX_TIMEOUT_SECONDS) {
    const limit = `Member must have value less than or equal to ${MAX_TIMEOUT_SECONDS}`;
    texts.push(`Value '${timeout}' at 'timeout' failed to satisfy constraint: ${limit}`);
  }
  if (found.length === 1 && found[0]?.member === "Runtime" && found[0].rule === "enum") {
    const values = `Member must satisfy enum value set: [${found[0].values.join(", ")}] or be a valid ARN`;
    throw invalidParameter(`Value ${runtime} at 'runtime' failed to satisfy constraint: ${values}`);
  }
  if (texts.length > 0) {
    throw validation(`${texts.length} validation error${texts.length > 1 ? "s" : ""} detected: ${texts.join("; ")}`);
  }
  if (operation === "CreateFunction" && name !== undefined) checkNewName(name);
  if (memory !== undefined && memory > MAX_MEMORY_MB) {
    const limit = `Member must have value less than or equal to ${MAX_MEMORY_MB}`;
    throw invalidParameter(`'MemorySize' value failed to satisfy constraint: ${limit}`);
  }
}

interface KnownMembers {
  readonly Timeout?: number;
  readonly MemorySize?: number;
  readonly FunctionName?: string;
  readonly Runtime?: string;
}

function checkNewName(text: string): void {
  const name = parseFunctionName(text)?.name ?? text;
  if (name.length <= MAX_NAME_LENGTH) return;
  throw invalidParameter(
    `1 validation error detected: Value '${name}' at 'functionName' failed to satisfy constraint: ` +
      `Member must have length less than or equal to ${MAX_NAME_LENGTH}`,
  );
}

/** `Value 'x' at 'code.s3Bucket'`, members as the service's own code names them: with a small letter. */
function place({ member, value }: Violation): string {
  const path = member.replace(/(^|\.)([A-Z])/g, (_, dot: string, letter: string) => dot + letter.toLowerCase());
  return `${value === undefined ? "Value null" : `Value '${shown(value)}'`} at '${path}'`;
}

const MAX_SHOWN = 256;

function shown(value: unknown): string {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text;
}

function rule(violation: Violation): string {
  switch (violation.rule) {
    case "required":
      return "Member must not be null";
    case "enum":
      return `Member must satisfy enum value set: [${violation.values.join(", ")}]`;
    case "pattern":
      return `Member must satisfy regular expression pattern: ${violation.pattern}`;
    case "length":
    case "range": {
      const { min, max, value } = violation;
      const what = violation.rule === "length" ? "length" : "value";
      const size = violation.rule === "range" ? Number(value) : ((value as { readonly length?: number }).length ?? 0);
      return min !== undefined && size < min
        ? `Member must have ${what} greater than or equal to ${min}`
        : `Member must have ${what} less than or equal to ${max}`;
    }
  }
}

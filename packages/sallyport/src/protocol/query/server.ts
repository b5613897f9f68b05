import { AwsError } from "../../model/errors.ts";
import type { AwsRequest, AwsResponse, AwsService, Caller } from "../service.ts";
import type { OperationModel, ServiceModel } from "../service-model.ts";
import { violationMessage, violations } from "../validation.ts";
import { queryError } from "./error-answer.ts";
import type { ParameterNode } from "./parameters.ts";
import { parametersOf } from "./parameters.ts";
import { readParameters } from "./parse.ts";
import { element, escapeXml, writeXml } from "./xml.ts";

export interface QueryServiceOptions {
  readonly model: ServiceModel;
  /** Does the operation. Throws AwsError for what the caller may know; anything else becomes a 500 without details. */
  readonly invoke: (operation: string, input: Record<string, unknown>, caller: Caller) => Promise<object>;
  /** Gets what the caller is not told: the cause of a 5xx. */
  readonly onError: (error: unknown, requestId: string) => void;
}

/** An AwsService that speaks the AWS query protocol, form in and XML out, driven by its model alone. */
export function createQueryService({ model, invoke, onError }: QueryServiceOptions): AwsService {
  const refuse = (error: unknown, requestId: string): AwsResponse => {
    const known = error instanceof AwsError ? error : internalError(error);
    if (known.status >= 500) onError(error, requestId);
    return queryError(known, requestId, namespaceOf(model));
  };
  return {
    signingName: model.metadata.signingName,
    refuse,
    handle: async (request, caller, requestId) => {
      try {
        const { name, operation, parameters } = called(model, request);
        const input = inputOf(model, name, operation, parameters);
        return answer(model, name, operation, await invoke(name, input, caller), requestId);
      } catch (error) {
        return refuse(error, requestId);
      }
    },
  };
}

interface Called {
  readonly name: string;
  readonly operation: OperationModel;
  readonly parameters: ParameterNode;
}

/** Texts as the real services word them (observed). */
function called(model: ServiceModel, request: AwsRequest): Called {
  const parameters = parametersOf(request);
  const name = parameters.children.get("Action")?.value;
  if (name === undefined || name === "")
    throw new AwsError("MissingAction", 400, "The request must contain the parameter Action.");
  const operation = Object.hasOwn(model.operations, name) ? model.operations[name] : undefined;
  const version = parameters.children.get("Version")?.value ?? "NO_VERSION_SPECIFIED";
  if (operation && version === model.metadata.apiVersion) return { name, operation, parameters };
  throw new AwsError(
    "InvalidAction",
    400,
    `Could not find operation ${name.slice(0, 128)} for version ${version.slice(0, 32)}`,
  );
}

function inputOf(model: ServiceModel, name: string, { input: shape }: OperationModel, parameters: ParameterNode) {
  if (shape === undefined) return {};
  const input = readParameters(model, shape, parameters);
  const [violation] = violations(model, name, input);
  if (violation) throw new AwsError("ValidationError", 400, violationMessage(violation));
  return input;
}

function answer(
  model: ServiceModel,
  name: string,
  operation: OperationModel,
  output: object,
  requestId: string,
): AwsResponse {
  const { output: shape, resultWrapper, status } = operation;
  const content = shape === undefined ? "" : writeXml(model, shape, output);
  const result = resultWrapper === undefined ? content : element(resultWrapper, content);
  const metadata = element("ResponseMetadata", element("RequestId", escapeXml(requestId)));
  return {
    status,
    headers: { "x-amzn-RequestId": requestId, "content-type": "text/xml" },
    body: `<${name}Response xmlns="${escapeXml(namespaceOf(model))}">${result}${metadata}</${name}Response>`,
  };
}

const namespaceOf = (model: ServiceModel): string => model.metadata.xmlNamespace ?? "";

function internalError(cause: unknown): AwsError {
  return new AwsError("InternalServerException", 500, "Internal server error", { cause });
}

/** What the service model says of every operation's input, with the real service's texts where they are known. */
import { type AwsError, badRequest } from "../model/errors.ts";
import { loadServiceModel, type ServiceModel } from "../protocol/service-model.ts";
import { type Violation, violationMessage, violations } from "../protocol/validation.ts";
import { apiFaults, authorizerFaults, modelFaults, vpcLinkFaults } from "./faults.ts";
import type { UriIds } from "./found.ts";
import type { OperationName } from "./operation.ts";

/** The model of `apigatewayv2`, read once. */
export const apigatewayv2: ServiceModel = loadServiceModel("apigatewayv2");

/** Faults of members whose text is known; by member, and by operation and member where that differs. */
const known: Readonly<Record<string, (violation: Violation) => AwsError>> = {
  "CreateApi.Name": apiFaults.name,
  "UpdateApi.Name": apiFaults.name,
  "CreateApi.ProtocolType": apiFaults.protocol,
  "CorsConfiguration.MaxAge": ({ value }) => apiFaults.corsMaxAge(value as number),
  AuthorizerResultTtlInSeconds: authorizerFaults.ttl,
  "CreateVpcLink.SubnetIds": vpcLinkFaults.subnets,
  "CreateModel.Name": ({ value }) => modelFaults.name(typeof value === "string" ? value : ""),
  "CreateModel.Schema": ({ value }) => modelFaults.schema(value === undefined ? "schema is required" : "too long"),
};

/**
 * Members whose limits depend on more than the model knows: the operations check them themselves, with their own texts.
 */
const leftToOperations = new Set(["TimeoutInMillis", "AccessLogSettings.Format"]);

/** Throws for the first rule of the model that the input breaks. */
export function validateInput(operation: OperationName, input: object): void {
  for (const violation of violations(apigatewayv2, operation, input)) {
    const { member } = violation;
    if (leftToOperations.has(member)) continue;
    const fault = known[`${operation}.${member}`] ?? known[member];
    throw fault ? fault(violation) : badRequest(violationMessage(violation));
  }
}

const uriMembers = new Map<OperationName, readonly string[]>();

/** The ids that an operation's URI names, from its input. */
export function uriIdsOf(operation: OperationName, input: object): UriIds {
  let members = uriMembers.get(operation);
  if (members === undefined) {
    const shape = apigatewayv2.shapes[apigatewayv2.operations[operation]?.input ?? ""];
    members = Object.entries(shape?.members ?? {}).flatMap(([name, member]) => (member.in === "uri" ? [name] : []));
    uriMembers.set(operation, members);
  }
  const given = input as Readonly<Record<string, string>>;
  return Object.fromEntries(members.map((name) => [name, given[name]]));
}

/**
 * The ARN path that stands for a call in IAM policies: the operation's URI behind `/v2`, its labels filled in.
 * Source: API Gateway Developer Guide, "ARN reference".
 */
export function resourcePathOf(operation: OperationName, input: object): string {
  const { uri = "", input: shapeName = "" } = apigatewayv2.operations[operation] ?? {};
  const shape = apigatewayv2.shapes[shapeName];
  const given = input as Readonly<Record<string, string>>;
  const labels = new Map(
    Object.entries(shape?.members ?? {}).flatMap(([name, member]) =>
      member.in === "uri" ? [[member.name, given[name]]] : [],
    ) as [string, string][],
  );
  return uri.replace(/^\/v2/, "").replace(/\{([^}]+)\}/g, (_, label: string) => labels.get(label) ?? "");
}

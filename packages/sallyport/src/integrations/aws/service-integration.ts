import type { MappingBody } from "../../expressions/mapping/mapping-body.ts";
import type { IntegrationDocument } from "../../model/documents.ts";
import { HTTP_INTEGRATION_TIMEOUT_MS } from "../../model/limits.ts";
import type { Texts } from "../../model/request-context.ts";
import type { SigningCredentials } from "../../protocol/sigv4/sign.ts";
import type { Integration, IntegrationCall, IntegrationListener, IntegrationRequest } from "../integration.ts";
import type { AwsCall, AwsClient } from "./aws-client.ts";
import { OperationParameters } from "./operation-parameters.ts";
import { type ServiceOperation, serviceOperation } from "./operations.ts";
import { ParameterError } from "./parameter-value.ts";
import type { RoleCredentials } from "./role-credentials.ts";
import { ServiceCall } from "./service-call.ts";

/** What service integrations need of the world. */
export interface ServiceAccess {
  readonly client: AwsClient;
  readonly roles: RoleCredentials;
}

/** A service integration as its calls see it. */
export interface BoundService {
  readonly client: AwsClient;
  /** The subtype, for people. */
  readonly operation: string;
  readonly readsBody: boolean;
  readonly timeoutMs: number;
  /** Throws ParameterError. */
  prepare(request: IntegrationRequest, body: MappingBody | undefined): AwsCall;
  /** Throws or rejects with NoCredentialsError. */
  credentials(): SigningCredentials | Promise<SigningCredentials>;
}

interface ServiceOptions extends ServiceAccess {
  readonly subtype: string;
  readonly operation: ServiceOperation;
  readonly parameters: OperationParameters;
  readonly roleArn: string;
  readonly region: string;
  readonly timeoutMs: number;
}

/** A region becomes a part of a host name, and may come from the client. */
const REGION = /^[a-z]{2}(?:-[a-z]{1,12}){1,3}-\d{1,2}$/;

/**
 * Calls an AWS service by a request's parameters; the service's own answer is the client's (Developer Guide, AWS service
 * integrations for HTTP APIs).
 */
export class ServiceIntegration implements Integration, BoundService {
  readonly client: AwsClient;
  readonly operation: string;
  readonly readsBody: boolean;
  readonly timeoutMs: number;
  readonly #options: ServiceOptions;

  constructor(options: ServiceOptions) {
    this.client = options.client;
    this.operation = options.subtype;
    this.readsBody = options.parameters.readsBody;
    this.timeoutMs = options.timeoutMs;
    this.#options = options;
  }

  call(request: IntegrationRequest, listener: IntegrationListener): IntegrationCall {
    const call = new ServiceCall(this, request, listener);
    void call.start();
    return call;
  }

  prepare(request: IntegrationRequest, body: MappingBody | undefined): AwsCall {
    const { operation, parameters, region: apiRegion } = this.#options;
    const { service, hostPrefix } = operation;
    const given = parameters.read({ context: request, headers: request.headers, body });
    const region = given["Region"] ?? apiRegion;
    if (!REGION.test(region)) throw new ParameterError("Region", `must be a region, not ${JSON.stringify(region)}`);
    return { service, hostPrefix, region, ...operation.call(given) };
  }

  credentials(): SigningCredentials | Promise<SigningCredentials> {
    return this.#options.roles.of(this.#options.roleArn, this.#options.region);
  }
}

const STAGE_VARIABLE = /\$\{stageVariables\.([A-Za-z0-9_]+)\}/g;
const ROLE_ARN = /^arn:aws[a-z-]*:iam::\d{12}:role\/.+$/;

/** The integration of a document and a stage's variables, or what is wrong, and where. */
export function bindServiceIntegration(
  document: IntegrationDocument,
  variables: Texts,
  region: string,
  access: ServiceAccess,
): ServiceIntegration | { readonly field: string; readonly rule: string } {
  const subtype = document.IntegrationSubtype ?? "";
  const operation = serviceOperation(subtype);
  if (!operation) return { field: "IntegrationSubtype", rule: `${subtype} is no subtype` };
  const parameters = OperationParameters.of(subtype, operation, document.RequestParameters ?? {});
  if ("rule" in parameters) return { field: "RequestParameters", rule: parameters.rule };
  const roleArn = (document.CredentialsArn ?? "").replace(STAGE_VARIABLE, (_, name: string) =>
    Object.hasOwn(variables, name) ? (variables[name] ?? "") : "",
  );
  // The credentials of the caller are not known to a gateway: only what they signed.
  if (!ROLE_ARN.test(roleArn)) return { field: "CredentialsArn", rule: `${roleArn || "nothing"} is no role to assume` };
  const timeoutMs = document.TimeoutInMillis ?? HTTP_INTEGRATION_TIMEOUT_MS.default;
  return new ServiceIntegration({ ...access, subtype, operation, parameters, roleArn, region, timeoutMs });
}

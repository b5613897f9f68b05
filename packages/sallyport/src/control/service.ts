/** The control plane as an AWS service: protocol, permissions and operations put together. */
import type { Ledger } from "../ledger/ledger.ts";
import { apigatewayArn } from "../model/arn.ts";
import { authorize } from "../protocol/iam/authorize.ts";
import { createRestJsonService } from "../protocol/rest-json/server.ts";
import type { AwsService, Caller } from "../protocol/service.ts";
import { Control } from "./control.ts";
import { apigatewayv2, resourcePathOf, uriIdsOf, validateInput } from "./model-rules.ts";
import type { ControlSettings, OperationName } from "./operation.ts";
import { operations } from "./operations.ts";

export interface ControlServiceOptions {
  readonly ledger: Ledger;
  readonly settings: ControlSettings;
  /** Gets what the caller is not told: the cause of a 5xx. */
  readonly onError: (error: unknown, requestId: string) => void;
  /** Tell callers the private cause of a 4xx: for those of this machine. */
  readonly tellReasons?: boolean;
  /** Milliseconds since 1970. Default: Date.now. */
  readonly clock?: () => number;
}

/** `apigatewayv2` over the ledger. */
export function createControlService({
  ledger,
  settings,
  onError,
  tellReasons,
  clock = Date.now,
}: ControlServiceOptions): AwsService {
  const control = new Control({ ledger, settings, operations, uriIds: uriIdsOf, validate: validateInput, clock });
  return createRestJsonService({
    model: apigatewayv2,
    onError,
    tellReasons,
    now: clock,
    authorize: ({ operation, method, input, caller }) =>
      authorizeCall(operation as OperationName, method, input, caller),
    invoke: (operation, input, caller, requestId) =>
      control.invoke(operation as OperationName, input, caller, requestId),
  });
}

/**
 * A call needs `apigateway:{METHOD}` on the ARN of what it names; one that creates something with tags needs POST on
 * the tags as well. Source: API Gateway Developer Guide, "ARN reference" and "Tagging your API Gateway resources".
 */
function authorizeCall(operation: OperationName, method: string, input: object, caller: Caller): void {
  // Without policies there is nothing to evaluate, and no ARN worth building.
  if (caller.principal.policies === undefined) return;
  authorize(caller, `apigateway:${method}`, apigatewayArn(caller.region, resourcePathOf(operation, input)));
  const { Tags: tags } = input as { readonly Tags?: object };
  if (operation.startsWith("Create") && tags !== undefined && Object.keys(tags).length > 0) {
    authorize(caller, "apigateway:POST", apigatewayArn(caller.region, "/tags/*"));
  }
}

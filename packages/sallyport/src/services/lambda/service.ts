/** AWS Lambda: functions that run on this machine. */
import { CodeMissingError } from "../../functions/hosted/code/code-store.ts";
import { LedgerUnavailableError } from "../../ledger/ledger.ts";
import { AwsError } from "../../model/errors.ts";
import { createRestJsonService } from "../../protocol/rest-json/server.ts";
import type { AwsRequest, AwsService, Caller } from "../../protocol/service.ts";
import { authorizeCall } from "./authorization.ts";
import { lambdaErrorAnswer } from "./error-answer.ts";
import { faults } from "./faults.ts";
import { MAX_LAMBDA_BODY_BYTES } from "./limits.ts";
import { lambdaModel, validateInput } from "./model-rules.ts";
import type { Call, LambdaWorld, OperationName } from "./operation.ts";
import { operations } from "./operations.ts";

export interface LambdaServiceOptions {
  readonly world: LambdaWorld;
  /** Gets what the caller is not told: the cause of a 5xx. */
  readonly onError: (error: unknown, requestId: string) => void;
  /** Tell callers the private cause of a 4xx: for those of this machine. */
  readonly tellReasons?: boolean;
  /** Milliseconds since 1970. Default: Date.now. */
  readonly clock?: () => number;
}

/** `lambda`, driven by its model. */
export function createLambdaService({
  world,
  onError,
  tellReasons,
  clock = Date.now,
}: LambdaServiceOptions): AwsService {
  const model = lambdaModel();
  const service = createRestJsonService({
    model,
    onError,
    tellReasons,
    now: clock,
    errorAnswer: lambdaErrorAnswer(model),
    maxBodyBytes: MAX_LAMBDA_BODY_BYTES,
    authorize: ({ operation, input, caller }) => authorizeCall(operation as OperationName, input, caller),
    invoke: (operation, input, caller, requestId) =>
      run(operation as OperationName, input, callOf(operation as OperationName, caller, requestId, clock(), world)),
  });
  return { ...service, handle: (request, caller, requestId) => service.handle(routable(request), caller, requestId) };
}

function callOf(operation: OperationName, caller: Caller, requestId: string, now: number, world: LambdaWorld): Call {
  return { operation, caller, account: caller.account, region: caller.region, requestId, now, world };
}

type Runner = (input: object, call: Call) => Promise<object>;

async function run(name: OperationName, input: object, call: Call): Promise<object> {
  const operation = operations[name] as Runner | undefined;
  if (!operation) throw faults.notSupported(name);
  validateInput(name, input);
  try {
    return await operation(input, call);
  } catch (error) {
    if (!(error instanceof LedgerUnavailableError || error instanceof CodeMissingError)) throw error;
    throw new AwsError("ServiceException", 500, "Service unavailable. Please try again later.", { cause: error });
  }
}

/**
 * Some templates of the model have a query (`/2018-10-31/layers?find=LayerVersion`), which routes need in the path; and
 * clients of some years ago put a slash behind their paths.
 */
function routable(request: AwsRequest): AwsRequest {
  const path = request.path.length > 1 ? request.path.replace(/\/$/, "") : request.path;
  if (/(?:^|&)find=LayerVersion(?:&|$)/.test(request.query) && path.endsWith("/layers")) {
    return { ...request, path: `${path}?find=LayerVersion` };
  }
  return path === request.path ? request : { ...request, path };
}

import { AwsError } from "../../model/errors.ts";
import type { AwsRequest, AwsResponse, AwsService, Caller } from "../service.ts";
import type { OperationModel, ServiceModel } from "../service-model.ts";
import { answerHeaders, type ErrorAnswer, restJsonError } from "./error-answer.ts";
import type { Input, RequestParser } from "./parse.ts";
import { requestParser } from "./parse.ts";
import { OperationRouter } from "./router.ts";
import type { Output, ResponseSerializer } from "./serialize.ts";
import { responseSerializer } from "./serialize.ts";

/** One call of an operation, its input read and typed. */
export interface Call {
  /** Name in the model, for example `CreateApi`. */
  readonly operation: string;
  readonly method: string;
  /** Path as sent, percent-encoded. */
  readonly path: string;
  readonly input: Input;
  readonly caller: Caller;
  readonly requestId: string;
}

export interface RestJsonServiceOptions {
  readonly model: ServiceModel;
  /** Default: the model's. */
  readonly signingName?: string;
  /** Does the operation. Throws AwsError for what the caller may know; anything else becomes a 500 without details. */
  readonly invoke: (
    operation: string,
    input: Input,
    caller: Caller,
    requestId: string,
  ) => Promise<object | undefined | void>;
  /** Throws AwsError when the caller may not make the call. Asked once the input is known, before `invoke`. */
  readonly authorize?: (call: Call) => void;
  /** Gets what the caller is not told: the cause of a 5xx. */
  readonly onError: (error: unknown, requestId: string) => void;
  /** Milliseconds since 1970. Default: Date.now. */
  readonly now?: () => number;
  /** Tell callers the private cause of a 4xx, in `x-sallyport-reason`: for those of this machine. Default: no. */
  readonly tellReasons?: boolean;
  /** How an error looks on the wire, for services that differ. Default: `restJsonError`. */
  readonly errorAnswer?: ErrorAnswer;
  /** Largest JSON body of a call. Default: 16 MiB. */
  readonly maxBodyBytes?: number;
}

interface Operation extends OperationModel {
  readonly name: string;
  readonly codec: () => Codec;
}

interface Codec {
  readonly parse: RequestParser;
  readonly serialize: ResponseSerializer;
}

/** An AwsService that speaks restJson1, driven by its model alone. */
export function createRestJsonService(options: RestJsonServiceOptions): AwsService {
  const { model, onError, now = Date.now, tellReasons, errorAnswer = restJsonError, maxBodyBytes } = options;
  const router = new OperationRouter(operationsOf(model, maxBodyBytes));
  const refuse = (error: unknown, requestId: string): AwsResponse => {
    const known = error instanceof AwsError ? error : internalError(error);
    if (known.status >= 500) onError(error, requestId);
    return errorAnswer(known, requestId, now(), { tellReasons });
  };
  return {
    signingName: options.signingName ?? model.metadata.signingName,
    ...(maxBodyBytes === undefined ? {} : { maxBodyBytes }),
    refuse,
    handle: async (request, caller, requestId) => {
      try {
        return await answer(router, options, request, caller, requestId);
      } catch (error) {
        return refuse(error, requestId);
      }
    },
  };
}

async function answer(
  router: OperationRouter<Operation>,
  { invoke, authorize, now = Date.now }: RestJsonServiceOptions,
  request: AwsRequest,
  caller: Caller,
  requestId: string,
): Promise<AwsResponse> {
  const { method, path } = request;
  const routed = router.route(method, path);
  const headers = answerHeaders(requestId, now());
  if (routed.kind === "empty-label") {
    return { status: 200, headers: { ...headers, "content-type": "application/json" }, body: "{}" };
  }
  const { name: operation, codec } = routed.operation;
  const { parse, serialize } = codec();
  const input = parse(request, routed.labels);
  authorize?.({ operation, method, path, input, caller, requestId });
  return serialize(((await invoke(operation, input, caller, requestId)) ?? {}) as Output, headers);
}

/** Parsers and serialisers are compiled when an operation is first called: start-up pays for the routes only. */
function operationsOf(model: ServiceModel, maxBodyBytes: number | undefined): Operation[] {
  return Object.entries(model.operations).map(([name, operation]) => {
    let codec: Codec | undefined;
    const compile = (): Codec => ({
      parse: requestParser(model, operation, maxBodyBytes),
      serialize: responseSerializer(model, operation),
    });
    return { ...operation, name, codec: () => (codec ??= compile()) };
  });
}

function internalError(cause: unknown): AwsError {
  return new AwsError("InternalServerException", 500, "Internal server error", { cause });
}

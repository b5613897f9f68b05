import { AwsError } from "../../model/errors.ts";
import type { AwsService } from "../../protocol/service.ts";
import { lambdaErrorAnswer } from "./error-answer.ts";
import { MAX_LAMBDA_BODY_BYTES } from "./limits.ts";

/** `lambda`, loaded with the first call: most starts have no functions, and its model takes time and memory. */
export function lazyLambdaService(
  load: () => Promise<AwsService>,
  onError: (error: unknown, requestId: string) => void,
): AwsService {
  let loading: Promise<AwsService> | undefined;
  const answer = lambdaErrorAnswer(undefined);
  const refuse = (error: unknown, requestId: string) => {
    const known =
      error instanceof AwsError
        ? error
        : new AwsError("InternalServerException", 500, "Internal server error", { cause: error });
    if (known.status >= 500) onError(error, requestId);
    return answer(known, requestId, Date.now());
  };
  return {
    signingName: "lambda",
    maxBodyBytes: MAX_LAMBDA_BODY_BYTES,
    refuse,
    handle: async (request, caller, requestId) => {
      let service: AwsService;
      try {
        service = await (loading ??= load());
      } catch (error) {
        loading = undefined;
        return refuse(error, requestId);
      }
      return service.handle(request, caller, requestId);
    },
  };
}

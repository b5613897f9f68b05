import type { HttpRequest } from "../http-request.ts";
import type { Verdict } from "./step.ts";

const DEFAULT_STAGE = "$default";

/**
 * A stage named exactly as the first segment of the raw path, else `$default` (Developer Guide, Stages for HTTP APIs).
 * The raw text counts: `%24default` and `de%76` name no stage. A stage found beats whatever routes `$default` has.
 */
export function selectStage(request: HttpRequest): Verdict {
  const stages = request.api!.stages;
  const { path } = request;
  const slash = path.indexOf("/", 1);
  const end = slash < 0 ? path.length : slash;
  const first = path.slice(1, end);
  const named = stages.has(first);
  if (!named && !stages.has(DEFAULT_STAGE)) {
    const rule = `the API has neither a stage ${JSON.stringify(first)} nor ${DEFAULT_STAGE}`;
    return { status: 404, step: "select stage", rule, remedy: "create a stage, or call one that exists" };
  }
  request.stageName = named ? first : DEFAULT_STAGE;
  request.routeAt = named ? end : 0;
  request.program = stages.get(request.stageName);
  request.trace?.report({ step: "select stage", message: request.stageName, facts: { path: request.path } });
  return request.program ? refuseDisabledEndpoint(request) : notDeployed(request.stageName);
}

function notDeployed(stage: string): Verdict {
  const rule = `stage ${stage} has no deployment`;
  return { status: 404, step: "select stage", rule, remedy: "create a deployment for the stage" };
}

/** 404 is unverified; that a deployment is needed for it is documented. */
function refuseDisabledEndpoint({ program }: HttpRequest): Verdict {
  if (!program!.executeApiDisabled) return undefined;
  const rule = "the API's default endpoint is disabled";
  return { status: 404, step: "select stage", rule, remedy: "use a custom domain name, or enable the endpoint" };
}

/**
 * Quick create: an API with a target is served at once by a `$default` stage, one route and one integration, which the
 * service manages. Source: API Gateway V2 API Reference, Apis: `target`, `routeKey`, `credentialsArn`.
 */
import type { Reader, Transaction } from "../../ledger/ledger.ts";
import type { ApiDocument, StageDocument } from "../../model/documents.ts";
import { keys } from "../../model/keys.ts";
import { apiFaults } from "../faults.ts";
import { found } from "../found.ts";
import { type Call, type Input, timestamp } from "../operation.ts";
import { createIntegration, prepareIntegration, updateIntegration } from "./integrations.ts";
import { createRoute, updateRoute } from "./routes.ts";
import { defaultSettings } from "./stage/route-settings.ts";

/** `target`: a URL, or the ARN of a Lambda function. `routeKey`: default `$default`. `credentialsArn`: a role. */
interface QuickCreateInput {
  readonly Target: string;
  readonly RouteKey?: string;
  readonly CredentialsArn?: string;
}

type QuickCreated = NonNullable<ApiDocument["QuickCreate"]>;

/** Throws when an API without a target is given what only one with a target can have. */
export function requireNoQuickCreate({ ProtocolType, RouteKey, CredentialsArn }: Input<"CreateApi">): void {
  if (!RouteKey && !CredentialsArn) return;
  throw ProtocolType === "HTTP" ? apiFaults.quickCreateTarget() : apiFaults.quickCreateWebSocket();
}

/** Strict mode: what quick create's members name must exist. */
export async function checkQuickCreateReferences(
  { Target, CredentialsArn }: Partial<QuickCreateInput>,
  call: Call,
): Promise<void> {
  await prepareIntegration({ IntegrationUri: Target || undefined, CredentialsArn: CredentialsArn || undefined }, call);
}

/** Makes integration, route and stage of an API that has been written; the deployment comes by itself. */
export async function quickCreate(
  apiId: string,
  { Target, RouteKey, CredentialsArn }: QuickCreateInput,
  call: Call,
  transaction: Transaction,
): Promise<QuickCreated> {
  const managed = { managed: true };
  const { IntegrationId } = await createIntegration(
    {
      ApiId: apiId,
      CredentialsArn: CredentialsArn || undefined,
      ConnectionType: "INTERNET",
      ...kindOf(Target),
      IntegrationUri: Target,
    },
    call,
    transaction,
    managed,
  );
  const { RouteId } = await createRoute(
    { ApiId: apiId, RouteKey: RouteKey || "$default", Target: `integrations/${IntegrationId}` },
    call,
    transaction,
    managed,
  );
  const stage: StageDocument = {
    StageName: "$default",
    ApiGatewayManaged: true,
    AutoDeploy: true,
    CreatedDate: timestamp(call),
    LastUpdatedDate: timestamp(call),
    DefaultRouteSettings: defaultSettings("HTTP"),
    RouteSettings: {},
    StageVariables: {},
    Tags: {},
  };
  await transaction.put(keys.stage(apiId, stage.StageName), stage, { expected: 0 });
  return { RouteId, IntegrationId };
}

/** What the kind of target decides. Whether the target is a good one is for the integration to say. */
function kindOf(target: string) {
  return target.startsWith("arn:")
    ? ({ IntegrationType: "AWS_PROXY", IntegrationMethod: "POST", PayloadFormatVersion: "2.0" } as const)
    : ({ IntegrationType: "HTTP_PROXY", IntegrationMethod: "ANY", PayloadFormatVersion: "1.0" } as const);
}

/** Applies `target`, `routeKey` and `credentialsArn` of UpdateApi to what quick create made. */
export async function updateQuickCreated(
  api: ApiDocument,
  input: Input<"UpdateApi">,
  call: Call,
  transaction: Transaction,
): Promise<void> {
  const { Target, RouteKey, CredentialsArn } = input;
  if (api.QuickCreate === undefined || !(await isThere(api.ApiId, api.QuickCreate, transaction))) {
    if (!Target && !RouteKey && !CredentialsArn) return;
    throw api.ProtocolType === "HTTP" ? apiFaults.notQuickCreated(api.ApiId) : apiFaults.quickCreateWebSocket();
  }
  const { RouteId, IntegrationId } = api.QuickCreate;
  const { ApiId } = api;
  if (Target !== undefined || CredentialsArn !== undefined) {
    const changes = { CredentialsArn, ...(await retargeted(api, api.QuickCreate, Target, transaction)) };
    await updateIntegration({ ApiId, IntegrationId, ...changes }, call, transaction, { managed: true });
  }
  if (RouteKey !== undefined) await updateRoute({ ApiId, RouteId, RouteKey }, call, transaction, { managed: true });
}

/** A reimport replaces all routes and integrations, the managed ones too. */
async function isThere(apiId: string, { RouteId, IntegrationId }: QuickCreated, reader: Reader): Promise<boolean> {
  const route = await reader.get(keys.route(apiId, RouteId));
  return route !== undefined && (await reader.get(keys.integration(apiId, IntegrationId))) !== undefined;
}

/** A target of the same kind leaves alone what was set on the integration since. */
async function retargeted(
  { ApiId }: ApiDocument,
  { IntegrationId }: QuickCreated,
  target: string | undefined,
  transaction: Transaction,
) {
  if (target === undefined) return {};
  const kind = kindOf(target);
  const { value: current } = await found.integration(transaction, ApiId, IntegrationId);
  return { IntegrationUri: target, ...(current.IntegrationType === kind.IntegrationType ? {} : kind) };
}

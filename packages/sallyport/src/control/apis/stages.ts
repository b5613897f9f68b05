/** Stages. Source: API Gateway V2 API Reference, Stages; API Gateway Developer Guide, "Working with stages for HTTP APIs". */
import type { Reader, Transaction } from "../../ledger/ledger.ts";
import type { AccountSettingsDocument, ApiDocument, StageDocument } from "../../model/documents.ts";
import { collections, keys } from "../../model/keys.ts";
import { apiFaults, serviceFaults, stageFaults } from "../faults.ts";
import { found } from "../found.ts";
import { type Call, type Input, type OperationTable, type Output, read, timestamp, write } from "../operation.ts";
import { page } from "../paging.ts";
import { compact, patchText, patchValue } from "../patch.ts";
import { checkTags } from "../tags.ts";
import { deployedTo } from "./auto-deploy.ts";
import { manuallyMoved } from "./deployments.ts";
import { logGroupOf, patchAccessLogs } from "./stage/access-logs.ts";
import {
  defaultSettings,
  patchRouteSettings,
  patchSettings,
  requireRouteKeys,
  wantsExecutionLogs,
} from "./stage/route-settings.ts";
import { newVariables, patchVariables } from "./stage/stage-variables.ts";

/** The hyphen works in spite of the text of the refusal. Observed. */
const NAME = /^[A-Za-z0-9_-]{1,128}$/;

async function createStage(
  input: Input<"CreateStage">,
  call: Call,
  transaction: Transaction,
): Promise<Output<"CreateStage">> {
  const { ApiId: apiId, StageName: name } = input;
  const { value: api } = await found.api(transaction, call, apiId);
  const protocol = api.ProtocolType;
  if (!NAME.test(name) && !(name === "$default" && protocol === "HTTP")) throw stageFaults.name();
  const stage = newStage(input, call, protocol);
  if ((await transaction.get(keys.stage(apiId, name))) !== undefined) throw stageFaults.exists();
  await requireCapacity(transaction, apiId, call.settings.quotas.stagesPerApi);
  if (input.DeploymentId !== undefined) await found.deployment(transaction, apiId, input.DeploymentId);
  return store(transaction, call, apiId, stage, { deploys: input.AutoDeploy ?? false });
}

async function requireCapacity(transaction: Transaction, apiId: string, quota: number): Promise<void> {
  const stages = await transaction.list({ collection: collections.stages(apiId) });
  if (stages.length >= quota) throw serviceFaults.quota("Stages");
}

function newStage(input: Input<"CreateStage">, call: Call, protocol: ApiDocument["ProtocolType"]): StageDocument {
  if (input.AutoDeploy && input.DeploymentId !== undefined) throw stageFaults.autoDeployDeployment();
  const { quotas } = call.settings;
  return compact({
    StageName: input.StageName,
    CreatedDate: timestamp(call),
    LastUpdatedDate: timestamp(call),
    AutoDeploy: input.AutoDeploy ?? false,
    DeploymentId: input.DeploymentId,
    Description: patchText(undefined, input.Description),
    AccessLogSettings: patchAccessLogs(undefined, input.AccessLogSettings, protocol),
    ClientCertificateId: clientCertificateOf(undefined, input.ClientCertificateId, protocol),
    DefaultRouteSettings: patchSettings(defaultSettings(protocol), input.DefaultRouteSettings, protocol),
    RouteSettings: patchRouteSettings(undefined, input.RouteSettings, protocol),
    StageVariables: newVariables(input.StageVariables, quotas.variablesPerStage),
    Tags: checkTags(input.Tags, quotas),
  });
}

/** Client certificates are shown to the backends of WebSocket APIs only. */
function clientCertificateOf(
  current: string | undefined,
  sent: string | undefined,
  protocol: ApiDocument["ProtocolType"],
): string | undefined {
  if (sent && protocol === "HTTP") throw apiFaults.webSocketOnly("ClientCertificateId");
  return patchText(current, sent);
}

/** Checks what the stage refers to, deploys to it if it is to follow its API from now on, and writes it. */
async function store(
  transaction: Transaction,
  call: Call,
  apiId: string,
  stage: StageDocument,
  { deploys }: { readonly deploys: boolean },
): Promise<StageDocument> {
  await requireRouteKeys(transaction, apiId, stage.RouteSettings ?? {});
  await requireLoggingRole(transaction, call, stage);
  const stored = deploys ? await deployedTo(transaction, call, apiId, stage) : stage;
  await transaction.put(keys.stage(apiId, stage.StageName), stored);
  return stored;
}

/** Strict mode only: without it, clients need not have set the account's role. */
async function requireLoggingRole(reader: Reader, call: Call, stage: StageDocument): Promise<void> {
  if (call.settings.references === undefined) return;
  const all = [stage.DefaultRouteSettings ?? {}, ...Object.values(stage.RouteSettings ?? {})];
  if (!wantsExecutionLogs(all)) return;
  const account = await reader.get<AccountSettingsDocument>(keys.accountSettings(call));
  if (!account?.value.CloudwatchRoleArn) throw stageFaults.loggingRole();
}

async function getStage({ ApiId, StageName }: Input<"GetStage">, _call: Call, reader: Reader): Promise<StageDocument> {
  return (await found.stage(reader, ApiId, StageName)).value;
}

async function getStages(input: Input<"GetStages">, _call: Call, reader: Reader): Promise<Output<"GetStages">> {
  const { items, nextToken } = await page<StageDocument>(reader, collections.stages(input.ApiId), input);
  return compact({ Items: items.map((item) => item.value), NextToken: nextToken });
}

async function updateStage(
  input: Input<"UpdateStage">,
  call: Call,
  transaction: Transaction,
): Promise<Output<"UpdateStage">> {
  const { ApiId: apiId } = input;
  const { value: api } = await found.api(transaction, call, apiId);
  const { value: current } = await found.stage(transaction, apiId, input.StageName);
  const changed = changedStage(input, current, call, api.ProtocolType);
  if (input.DeploymentId !== undefined) await found.deployment(transaction, apiId, input.DeploymentId);
  const moved = input.DeploymentId === undefined ? changed : manuallyMoved(changed, input.DeploymentId, call);
  const turnedOn = (changed.AutoDeploy ?? false) && !current.AutoDeploy;
  return store(transaction, call, apiId, moved, { deploys: turnedOn });
}

function changedStage(
  input: Input<"UpdateStage">,
  current: StageDocument,
  call: Call,
  protocol: ApiDocument["ProtocolType"],
): StageDocument {
  const autoDeploy = patchValue(current.AutoDeploy ?? false, input.AutoDeploy);
  if (autoDeploy && input.DeploymentId !== undefined) throw stageFaults.autoDeployDeployment();
  return compact({
    ...current,
    LastUpdatedDate: timestamp(call),
    AutoDeploy: autoDeploy,
    // An empty text was measured to be ignored.
    Description: input.Description || current.Description,
    AccessLogSettings: patchAccessLogs(current.AccessLogSettings, input.AccessLogSettings, protocol),
    ClientCertificateId: clientCertificateOf(current.ClientCertificateId, input.ClientCertificateId, protocol),
    DefaultRouteSettings: patchSettings(current.DefaultRouteSettings, input.DefaultRouteSettings, protocol),
    RouteSettings: patchRouteSettings(current.RouteSettings, input.RouteSettings, protocol),
    StageVariables: patchVariables(
      current.StageVariables,
      input.StageVariables,
      call.settings.quotas.variablesPerStage,
    ),
  });
}

async function deleteStage(
  { ApiId, StageName }: Input<"DeleteStage">,
  _call: Call,
  transaction: Transaction,
): Promise<Output<"DeleteStage">> {
  const { key, value } = await found.stage(transaction, ApiId, StageName);
  if (value.ApiGatewayManaged) throw apiFaults.managed("deleted");
  const uses = await transaction.list<{ readonly DomainName: string; readonly Stage: string }>({
    collection: collections.apiUses(ApiId),
  });
  const domains = uses.filter((use) => use.value.Stage === StageName).map((use) => use.value.DomainName);
  if (domains.length > 0) throw stageFaults.mapped(StageName, domains);
  await transaction.delete(key);
  await transaction.delete(keys.authorizerCacheReset(ApiId, StageName));
  return {};
}

async function deleteAccessLogSettings(
  { ApiId, StageName }: Input<"DeleteAccessLogSettings">,
  call: Call,
  transaction: Transaction,
): Promise<Output<"DeleteAccessLogSettings">> {
  const { key, value } = await found.stage(transaction, ApiId, StageName);
  const { AccessLogSettings, ...rest } = value;
  if (AccessLogSettings !== undefined) await transaction.put(key, { ...rest, LastUpdatedDate: timestamp(call) });
  return {};
}

async function deleteRouteSettings(
  { ApiId, StageName, RouteKey }: Input<"DeleteRouteSettings">,
  call: Call,
  transaction: Transaction,
): Promise<Output<"DeleteRouteSettings">> {
  const { key, value } = await found.stage(transaction, ApiId, StageName);
  const settings = new Map(Object.entries(value.RouteSettings ?? {}));
  // Terraform expects NotFoundException for what is not there and goes on.
  if (!settings.delete(RouteKey)) throw stageFaults.routeSettings(RouteKey);
  await transaction.put(key, {
    ...value,
    RouteSettings: Object.fromEntries(settings),
    LastUpdatedDate: timestamp(call),
  } satisfies StageDocument);
  return {};
}

/** The new version of the document is the message: what is cached is older. */
async function resetAuthorizersCache(
  { ApiId, StageName }: Input<"ResetAuthorizersCache">,
  call: Call,
  transaction: Transaction,
): Promise<Output<"ResetAuthorizersCache">> {
  await transaction.put(keys.authorizerCacheReset(ApiId, StageName), { ResetMs: call.now });
  return {};
}

async function checkLogGroup(input: Input<"CreateStage"> | Input<"UpdateStage">, call: Call): Promise<void> {
  const logGroup = logGroupOf(input.AccessLogSettings);
  if (logGroup !== undefined) await call.settings.references?.("log group", logGroup);
}

export const stageOperations = {
  CreateStage: write<"CreateStage">(createStage, { prepare: checkLogGroup }),
  GetStage: read<"GetStage">(getStage),
  GetStages: read<"GetStages">(getStages),
  UpdateStage: write<"UpdateStage">(updateStage, { prepare: checkLogGroup }),
  DeleteStage: write<"DeleteStage">(deleteStage),
  DeleteAccessLogSettings: write<"DeleteAccessLogSettings">(deleteAccessLogSettings),
  DeleteRouteSettings: write<"DeleteRouteSettings">(deleteRouteSettings),
  ResetAuthorizersCache: write<"ResetAuthorizersCache">(resetAuthorizersCache),
} satisfies OperationTable;

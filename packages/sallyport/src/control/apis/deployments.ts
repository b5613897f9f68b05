/**
 * Deployments: immutable snapshots of an API. Source: API Gateway V2 API Reference, Deployment; API Gateway Developer
 * Guide, "Working with stages for HTTP APIs" and "Deploy WebSocket APIs".
 */
import type { Document, Reader, Transaction } from "../../ledger/ledger.ts";
import type { DeploymentDocument, StageDocument } from "../../model/documents.ts";
import { collections, keys } from "../../model/keys.ts";
import { deploymentFaults } from "../faults.ts";
import { found } from "../found.ts";
import { freshId } from "../ids.ts";
import { type Call, type Input, type OperationTable, type Output, read, timestamp, write } from "../operation.ts";
import { page } from "../paging.ts";
import { compact, patchText } from "../patch.ts";
import { forgetDeployment, hasRoutes, snapshot } from "./auto-deploy.ts";

/** Deploys the API as it is; with `StageName`, that stage moves to it. */
export async function createDeployment(
  input: Input<"CreateDeployment">,
  call: Call,
  transaction: Transaction,
): Promise<Output<"CreateDeployment">> {
  const { ApiId: apiId } = input;
  const { value: api } = await found.api(transaction, call, apiId);
  const stage = input.StageName ? await deployableStage(transaction, apiId, input.StageName) : undefined;
  if (!(await hasRoutes(transaction, apiId))) throw deploymentFaults.noRoutes(api.ProtocolType);
  const deploymentId = await freshId(transaction, "deployment", (id) => keys.deployment(apiId, id));
  const document: DeploymentDocument = compact({
    DeploymentId: deploymentId,
    AutoDeployed: false,
    CreatedDate: timestamp(call),
    DeploymentStatus: "DEPLOYED",
    Description: patchText(undefined, input.Description),
    Revision: transaction.revision,
  });
  await transaction.put(keys.deployment(apiId, deploymentId), document, snapshot(transaction, apiId));
  if (stage) await transaction.put(stage.key, manuallyMoved(stage.value, deploymentId, call));
  return document;
}

async function deployableStage(reader: Reader, apiId: string, name: string): Promise<Document<StageDocument>> {
  const stage = await found.stage(reader, apiId, name);
  if (stage.value.AutoDeploy) throw deploymentFaults.autoDeployStage(name);
  return stage;
}

/** The stage at another deployment. What it said of its last automatic one no longer holds. */
export function manuallyMoved(stage: StageDocument, deploymentId: string, call: Call): StageDocument {
  return compact({
    ...stage,
    DeploymentId: deploymentId,
    LastUpdatedDate: timestamp(call),
    LastDeploymentStatusMessage: undefined,
  });
}

async function getDeployment(
  input: Input<"GetDeployment">,
  _call: Call,
  reader: Reader,
): Promise<Output<"GetDeployment">> {
  return (await found.deployment(reader, input.ApiId, input.DeploymentId)).value;
}

async function getDeployments(
  input: Input<"GetDeployments">,
  _call: Call,
  reader: Reader,
): Promise<Output<"GetDeployments">> {
  const { items, nextToken } = await page<DeploymentDocument>(reader, collections.deployments(input.ApiId), input);
  return compact({ Items: items.map((item) => item.value), NextToken: nextToken });
}

async function updateDeployment(
  input: Input<"UpdateDeployment">,
  _call: Call,
  transaction: Transaction,
): Promise<Output<"UpdateDeployment">> {
  const { key, value } = await found.deployment(transaction, input.ApiId, input.DeploymentId);
  const changed = compact({ ...value, Description: patchText(value.Description, input.Description) });
  // A pin goes with the version of the document that carries it: without this one the snapshot would be collected.
  await transaction.put(key, changed, { pin: { scope: keys.api(input.ApiId), revision: value.Revision } });
  return changed;
}

async function deleteDeployment(
  { ApiId, DeploymentId }: Input<"DeleteDeployment">,
  _call: Call,
  transaction: Transaction,
): Promise<Output<"DeleteDeployment">> {
  const stages = await transaction.list<StageDocument>({ collection: collections.stages(ApiId) });
  if (stages.some((stage) => stage.value.DeploymentId === DeploymentId)) throw deploymentFaults.inUse();
  await transaction.delete(keys.deployment(ApiId, DeploymentId));
  await forgetDeployment(transaction, ApiId, DeploymentId);
  return {};
}

export const deploymentOperations = {
  CreateDeployment: write<"CreateDeployment">(createDeployment),
  GetDeployment: read<"GetDeployment">(getDeployment),
  GetDeployments: read<"GetDeployments">(getDeployments),
  UpdateDeployment: write<"UpdateDeployment">(updateDeployment),
  DeleteDeployment: write<"DeleteDeployment">(deleteDeployment),
} satisfies OperationTable;

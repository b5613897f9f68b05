import type { Reader, Transaction } from "../../ledger/ledger.ts";
import type { ApiDocument, DeploymentDocument, StageDocument } from "../../model/documents.ts";
import { collections, keys } from "../../model/keys.ts";
import { freshId } from "../ids.ts";
import { type Call, timestamp } from "../operation.ts";

/** Observed text of the real service. */
const DESCRIPTION = "Automatic deployment triggered by changes to the Api configuration";

/** So many automatic deployments of an API that no stage uses are kept for clients that still hold their ids. Ours. */
const KEPT_UNUSED = 10;

/** Automatic deployments of one API, oldest first. */
interface AutomaticDeployments {
  readonly Ids: readonly string[];
}

/**
 * Deploys the API to every stage with `autoDeploy`, in the transaction that changed it: once the client has its answer,
 * the next request sees the change. One deployment serves all of those stages. Costs the same however large the API is.
 */
export async function autoDeploy(transaction: Transaction, call: Call, apiId: string): Promise<void> {
  if ((await transaction.get<ApiDocument>(keys.api(apiId))) === undefined) return;
  const stages = (await stagesOf(transaction, apiId)).filter((stage) => stage.AutoDeploy);
  if (stages.length === 0) return;
  const move = await attempt(transaction, call, apiId);
  for (const stage of stages) await transaction.put(keys.stage(apiId, stage.StageName), { ...stage, ...move });
  // Afterwards: what the stages have just left may be among what is to go.
  await forgetUnused(transaction, apiId);
}

/**
 * The stage as it is after an automatic deployment of its API's present state, for the caller to store: what turning
 * `autoDeploy` on means. The other stages stay where they are.
 */
export async function deployedTo(
  transaction: Transaction,
  call: Call,
  apiId: string,
  stage: StageDocument,
): Promise<StageDocument> {
  return { ...stage, ...(await attempt(transaction, call, apiId)) };
}

/** The snapshot that is the API as of this transaction's end. */
export function snapshot(transaction: Transaction, apiId: string): SnapshotOptions {
  return { expected: 0, pin: { scope: keys.api(apiId), revision: transaction.revision } };
}

interface SnapshotOptions {
  readonly expected: 0;
  readonly pin: { readonly scope: string; readonly revision: number };
}

/** Whether there is anything to deploy. */
export async function hasRoutes(reader: Reader, apiId: string): Promise<boolean> {
  return (await reader.list({ collection: collections.routes(apiId), limit: 1 })).length > 0;
}

/** Takes a deployment that is being deleted out of the automatic ones. */
export async function forgetDeployment(transaction: Transaction, apiId: string, deploymentId: string): Promise<void> {
  const ids = await automaticIds(transaction, apiId);
  if (ids.includes(deploymentId)) {
    await putAutomaticIds(
      transaction,
      apiId,
      ids.filter((id) => id !== deploymentId),
    );
  }
}

type Move = Pick<StageDocument, "DeploymentId" | "LastUpdatedDate" | "LastDeploymentStatusMessage">;

/** What a deployment changes in a stage. When it fails the old one stays, and the message tells why. */
async function attempt(transaction: Transaction, call: Call, apiId: string): Promise<Move> {
  const LastUpdatedDate = timestamp(call);
  if (!(await hasRoutes(transaction, apiId))) {
    return {
      LastUpdatedDate,
      LastDeploymentStatusMessage:
        "Deployment attempt failed: Unable to deploy API because no routes exist in this API",
    };
  }
  const DeploymentId = await deploy(transaction, call, apiId);
  return {
    DeploymentId,
    LastUpdatedDate,
    LastDeploymentStatusMessage: `Successfully deployed stage with deployment ID '${DeploymentId}'`,
  };
}

async function deploy(transaction: Transaction, call: Call, apiId: string): Promise<string> {
  const deploymentId = await freshId(transaction, "deployment", (id) => keys.deployment(apiId, id));
  const document: DeploymentDocument = {
    DeploymentId: deploymentId,
    AutoDeployed: true,
    CreatedDate: timestamp(call),
    DeploymentStatus: "DEPLOYED",
    Description: DESCRIPTION,
    Revision: transaction.revision,
  };
  await transaction.put(keys.deployment(apiId, deploymentId), document, snapshot(transaction, apiId));
  await putAutomaticIds(transaction, apiId, [...(await automaticIds(transaction, apiId)), deploymentId]);
  return deploymentId;
}

/** Removes automatic deployments that no stage uses and that are not among the newest. */
async function forgetUnused(transaction: Transaction, apiId: string): Promise<void> {
  const ids = await automaticIds(transaction, apiId);
  if (ids.length <= KEPT_UNUSED) return;
  const used = new Set((await stagesOf(transaction, apiId)).map((stage) => stage.DeploymentId));
  const surplus = new Set(ids.slice(0, -KEPT_UNUSED).filter((id) => !used.has(id)));
  if (surplus.size === 0) return;
  for (const id of surplus) await transaction.delete(keys.deployment(apiId, id));
  await putAutomaticIds(
    transaction,
    apiId,
    ids.filter((id) => !surplus.has(id)),
  );
}

async function automaticIds(reader: Reader, apiId: string): Promise<readonly string[]> {
  return (await reader.get<AutomaticDeployments>(keys.automaticDeployments(apiId)))?.value.Ids ?? [];
}

async function putAutomaticIds(transaction: Transaction, apiId: string, Ids: readonly string[]): Promise<void> {
  await transaction.put(keys.automaticDeployments(apiId), { Ids } satisfies AutomaticDeployments);
}

async function stagesOf(reader: Reader, apiId: string): Promise<readonly StageDocument[]> {
  const stages = await reader.list<StageDocument>({ collection: collections.stages(apiId) });
  return stages.map((stage) => stage.value);
}

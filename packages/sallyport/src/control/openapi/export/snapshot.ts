/** What an export is made of: an API as it is, or as a stage serves it. */
import type { Document, Reader, Revision } from "../../../ledger/ledger.ts";
import type { ApiDocument, AuthorizerDocument, IntegrationDocument, RouteDocument } from "../../../model/documents.ts";
import { collections, keys } from "../../../model/keys.ts";
import { unknown } from "../../faults.ts";
import { found } from "../../found.ts";
import type { Call } from "../../operation.ts";

export interface ApiSnapshot {
  readonly api: ApiDocument;
  readonly routes: readonly RouteDocument[];
  readonly integrations: readonly IntegrationDocument[];
  readonly authorizers: readonly AuthorizerDocument[];
}

/** Without a stage: the latest configuration, deployed or not. */
export async function snapshotOf(
  reader: Reader,
  call: Call,
  apiId: string,
  stageName: string | undefined,
): Promise<ApiSnapshot> {
  const at = stageName === undefined ? undefined : await deployedRevision(reader, apiId, stageName);
  const { value: latest } = await found.api(reader, call, apiId);
  const api = at === undefined ? latest : (await reader.get<ApiDocument>(keys.api(apiId), at))?.value;
  if (api === undefined) throw unknown.deployment();
  return {
    api,
    routes: await childrenOf<RouteDocument>(reader, collections.routes(apiId), at),
    integrations: await childrenOf<IntegrationDocument>(reader, collections.integrations(apiId), at),
    authorizers: await childrenOf<AuthorizerDocument>(reader, collections.authorizers(apiId), at),
  };
}

/** A stage that serves nothing yet has nothing to export: 404, our choice. */
async function deployedRevision(reader: Reader, apiId: string, stageName: string): Promise<Revision> {
  const { value: stage } = await found.stage(reader, apiId, stageName);
  if (stage.DeploymentId === undefined) throw unknown.deployment();
  return (await found.deployment(reader, apiId, stage.DeploymentId)).value.Revision;
}

/** In creation order. HTTP APIs have nothing below their routes and integrations. */
async function childrenOf<T>(reader: Reader, collection: string, at: Revision | undefined): Promise<readonly T[]> {
  const documents = await reader.list<T>({ prefix: `${collection}/`, ...(at === undefined ? {} : { at }) });
  return documents.toSorted(byCreation).map((document) => document.value);
}

function byCreation(one: Document, other: Document): number {
  return one.created - other.created || (one.key < other.key ? -1 : 1);
}

/** Models of WebSocket APIs. API Gateway V2 API Reference, "Model". */
import type { Reader, Transaction } from "../../ledger/ledger.ts";
import type { ApiDocument, ModelDocument, RouteDocument, RouteResponseDocument } from "../../model/documents.ts";
import type { Model } from "../../model/generated/apigatewayv2.ts";
import { collections, keys, parseApiKey } from "../../model/keys.ts";
import { modelFaults } from "../faults.ts";
import { found } from "../found.ts";
import { freshId } from "../ids.ts";
import { type OperationTable, read, write } from "../operation.ts";
import { page } from "../paging.ts";
import { compact, patchText, patchValue } from "../patch.ts";
import { schemaFault } from "./model/model-schema.ts";
import { modelTemplate } from "./model/model-template.ts";

type ModelMembers = Omit<Model, "ModelId">;

/** API Gateway Developer Guide, "Quotas for WebSocket APIs": all models of an API together. */
const MAXIMUM_TOTAL_BYTES = 400 * 1024;

/** What was there, changed by what was sent. The schema stays as it was written, byte for byte. */
function membersOf(current: ModelMembers, input: Partial<ModelMembers>): ModelMembers {
  return {
    Name: patchValue(current.Name, input.Name),
    ContentType: patchText(current.ContentType, input.ContentType),
    Description: patchText(current.Description, input.Description),
    Schema: patchValue(current.Schema, input.Schema),
  };
}

async function check(reader: Reader, api: ApiDocument, members: ModelMembers, ownId?: string): Promise<void> {
  if (api.ProtocolType !== "WEBSOCKET") throw modelFaults.http();
  const { Name: name, Schema: schema = "" } = members;
  if (!/^[a-zA-Z0-9]+$/.test(name)) throw modelFaults.name(name);
  const fault = api.DisableSchemaValidation ? undefined : schemaFault(schema);
  if (fault !== undefined) throw modelFaults.schema(fault);
  const models = await reader.list<ModelDocument>({ collection: collections.models(api.ApiId) });
  const others = models.filter((model) => model.value.ModelId !== ownId);
  const total = others.reduce((bytes, model) => bytes + Buffer.byteLength(model.value.Schema ?? ""), 0);
  if (total + Buffer.byteLength(schema) > MAXIMUM_TOTAL_BYTES) throw modelFaults.total(MAXIMUM_TOTAL_BYTES);
}

/** The key of a route that validates with the model, or whose response does. Deletions are rare, so it is searched for. */
async function routeUsing(reader: Reader, apiId: string, name: string): Promise<string | undefined> {
  const documents = await reader.list<RouteDocument | RouteResponseDocument>({
    prefix: `${collections.routes(apiId)}/`,
  });
  for (const { key, value } of documents) {
    const models = "RouteKey" in value ? value.RequestModels : value.ResponseModels;
    if (!models || !Object.values(models).includes(name)) continue;
    return (await found.route(reader, apiId, parseApiKey(key)?.id ?? "")).value.RouteKey;
  }
  return undefined;
}

async function requireFreeName(reader: Reader, apiId: string, name: string): Promise<void> {
  if (await reader.get(keys.modelName(apiId, name))) throw modelFaults.exists(name);
}

async function requireUnused(
  reader: Reader,
  apiId: string,
  name: string,
  fault: (name: string, routeKey: string) => Error,
): Promise<void> {
  const routeKey = await routeUsing(reader, apiId, name);
  if (routeKey !== undefined) throw fault(name, routeKey);
}

/** Renaming would leave routes behind that name what is not there (our choice). */
async function rename(transaction: Transaction, apiId: string, current: ModelDocument, name: string): Promise<void> {
  await requireFreeName(transaction, apiId, name);
  await requireUnused(transaction, apiId, current.Name, modelFaults.renameInUse);
  await transaction.delete(keys.modelName(apiId, current.Name));
  await transaction.put(keys.modelName(apiId, name), { ModelId: current.ModelId });
}

async function templateOf(reader: Reader, apiId: string, model: ModelDocument): Promise<string> {
  const models = await reader.list<ModelDocument>({ collection: collections.models(apiId) });
  const schemas = new Map(models.map(({ value }) => [value.Name, value.Schema]));
  return modelTemplate(parsed(model.Schema), (name) => parsed(schemas.get(name)));
}

/** With `disableSchemaValidation` a model may hold anything. */
function parsed(schema: string | undefined): unknown {
  try {
    return JSON.parse(schema ?? "");
  } catch {
    return undefined;
  }
}

export const modelOperations = {
  CreateModel: write<"CreateModel">(async (input, call, transaction) => {
    const { ApiId: apiId } = input;
    const members = membersOf({ Name: "" }, input);
    await check(transaction, (await found.api(transaction, call, apiId)).value, members);
    await requireFreeName(transaction, apiId, members.Name);
    const id = await freshId(transaction, "model", (candidate) => keys.model(apiId, candidate));
    const model: ModelDocument = compact({ ...members, ModelId: id });
    await transaction.put(keys.model(apiId, id), model, { expected: 0 });
    await transaction.put(keys.modelName(apiId, model.Name), { ModelId: id }, { expected: 0 });
    return model;
  }),
  GetModel: read<"GetModel">(
    async ({ ApiId, ModelId }, _, reader) => (await found.model(reader, ApiId, ModelId)).value,
  ),
  GetModels: read<"GetModels">(async (input, _, reader) => {
    const { items, nextToken } = await page<ModelDocument>(reader, collections.models(input.ApiId), input);
    return { Items: items.map((item) => item.value), NextToken: nextToken };
  }),
  GetModelTemplate: read<"GetModelTemplate">(async ({ ApiId, ModelId }, _, reader) => {
    const model = (await found.model(reader, ApiId, ModelId)).value;
    return { Value: await templateOf(reader, ApiId, model) };
  }),
  UpdateModel: write<"UpdateModel">(async (input, call, transaction) => {
    const { ApiId: apiId, ModelId: id } = input;
    const current = (await found.model(transaction, apiId, id)).value;
    const members = membersOf(current, input);
    await check(transaction, (await found.api(transaction, call, apiId)).value, members, id);
    if (members.Name !== current.Name) await rename(transaction, apiId, current, members.Name);
    const model: ModelDocument = compact({ ...members, ModelId: id });
    await transaction.put(keys.model(apiId, id), model);
    return model;
  }),
  DeleteModel: write<"DeleteModel">(async ({ ApiId: apiId, ModelId: id }, _, transaction) => {
    const { Name: name } = (await found.model(transaction, apiId, id)).value;
    await requireUnused(transaction, apiId, name, modelFaults.inUse);
    await transaction.delete(keys.modelName(apiId, name));
    await transaction.delete(keys.model(apiId, id));
    return {};
  }),
} satisfies OperationTable;

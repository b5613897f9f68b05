/**
 * ImportApi and ReimportApi. Sources: API Gateway V2 API Reference, Apis; API Gateway Developer Guide, "Use OpenAPI
 * definitions for HTTP APIs". The findings of an import are in its answer only, GetApi does not repeat them: our choice.
 */
import type { Transaction } from "../../ledger/ledger.ts";
import { keys } from "../../model/keys.ts";
import type { ApiDocument } from "../../model/documents.ts";
import { apiOutput, createApi, updateApi } from "../apis/apis.ts";
import { isClientError } from "../control.ts";
import { importFaults } from "../faults.ts";
import { found } from "../found.ts";
import { validateInput } from "../model-rules.ts";
import { type Call, type Input, type OperationTable, type Output, write } from "../operation.ts";
import { compact } from "../patch.ts";
import { checkTags, type Tags } from "../tags.ts";
import { attempt, createContents, deleteContents } from "./contents.ts";
import { parseDocument } from "./document.ts";
import { basePathMode } from "./plan/base-path.ts";
import { type Findings, MALFORMED_CORS, tagWarning } from "./plan/findings.ts";
import { planOf } from "./plan/plan.ts";
import type { ImportPlan, PlannedApi } from "./plan/planned.ts";
import { checkReferences, type References } from "./strict-references.ts";

type ImportInput = Input<"ImportApi"> | Input<"ReimportApi">;

interface Prepared {
  readonly plan: ImportPlan;
  readonly references: References;
}

/** From `prepare` to `run` of the same call: documents are parsed before the transaction, which must not wait. */
const preparedCalls = new WeakMap<ImportInput, Prepared>();

async function prepare(input: ImportInput, call: Call): Promise<void> {
  const mode = basePathMode(input.Basepath);
  const plan = planOf(await parseDocument(input.Body, call), mode);
  preparedCalls.set(input, { plan, references: await checkReferences(plan, call) });
}

function preparedFor(input: ImportInput): Prepared {
  const prepared = preparedCalls.get(input);
  if (prepared === undefined) throw new Error("an import runs after it was prepared");
  return prepared;
}

async function importApi(
  input: Input<"ImportApi">,
  call: Call,
  transaction: Transaction,
): Promise<Output<"ImportApi">> {
  const { plan, references } = preparedFor(input);
  const settings = { ...plan.api, ProtocolType: "HTTP", Tags: usableTags(plan, call) } as const;
  validateInput("CreateApi", settings);
  const { ApiId: apiId = "" } = await createApi(settings, call, transaction);
  return complete(input, apiId, call, transaction, { plan, references });
}

async function reimportApi(
  input: Input<"ReimportApi">,
  call: Call,
  transaction: Transaction,
): Promise<Output<"ReimportApi">> {
  const { ApiId: apiId } = input;
  const { plan, references } = preparedFor(input);
  const { value: current } = await found.api(transaction, call, apiId);
  if (current.ProtocolType !== "HTTP") throw importFaults.webSocket();
  await replaceSettings(current, plan, call, transaction);
  await deleteContents(apiId, transaction);
  return complete(input, apiId, call, transaction, { plan, references });
}

/**
 * Name, description, version and CORS become the document's, absent ones vanish. Tags, the default endpoint and the
 * address type change only where the document speaks of them: tools set these beside the document (our choice).
 */
async function replaceSettings(
  current: ApiDocument,
  plan: ImportPlan,
  call: Call,
  transaction: Transaction,
): Promise<void> {
  const { Tags: planned, ...settings } = plan.api;
  const { CorsConfiguration: _cors, QuickCreate: _quickCreate, ...kept } = current;
  const tags = planned === undefined ? current.Tags : usableTags(plan, call);
  await transaction.put(keys.api(current.ApiId), { ...kept, Tags: tags } satisfies ApiDocument);
  validateInput("UpdateApi", compact({ ApiId: current.ApiId, ...settings }));
  const { Description = "", Version = "" } = settings;
  await updateApi({ ...settings, ApiId: current.ApiId, Description, Version }, call, transaction);
}

/** CORS and contents, the verdict on the warnings, and the answer. Throwing undoes everything. */
async function complete(
  { FailOnWarnings: failOnWarnings }: ImportInput,
  apiId: string,
  call: Call,
  transaction: Transaction,
  { plan, references }: Prepared,
): Promise<Output<"ImportApi">> {
  const { cors, findings } = plan;
  if (cors) {
    const input = { ApiId: apiId, CorsConfiguration: compact(cors) };
    await attempt(
      findings,
      () => MALFORMED_CORS,
      async () => {
        validateInput("UpdateApi", input);
        await updateApi(input, call, transaction);
      },
    );
  }
  await createContents(plan, apiId, references, call, transaction);
  if (failOnWarnings) findings.requireNoWarnings();
  const { value } = await found.api(transaction, call, apiId);
  return compact({ ...apiOutput(value, call), ImportInfo: findings.importInfo, Warnings: findings.warnings });
}

/** Root tags of OpenAPI describe operations too, and need not be fit for a resource: those are left out. */
function usableTags({ api, findings }: { api: PlannedApi; findings: Findings }, { settings }: Call): Tags {
  const fit = ([name, value]: [string, string]): boolean => {
    try {
      checkTags({ [name]: value }, settings.quotas);
      return true;
    } catch (error) {
      if (!isClientError(error)) throw error;
      findings.warn(tagWarning(name));
      return false;
    }
  };
  return Object.fromEntries(Object.entries(api.Tags ?? {}).filter(fit));
}

export const importOperations = {
  ImportApi: write<"ImportApi">(importApi, { prepare }),
  ReimportApi: write<"ReimportApi">(reimportApi, { prepare }),
} satisfies OperationTable;

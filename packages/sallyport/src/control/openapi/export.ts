/** ExportApi. Source: API Gateway Developer Guide, "Exporting an HTTP API from API Gateway". */
import type { Reader } from "../../ledger/ledger.ts";
import { withContentType } from "../../protocol/rest-json/serialize.ts";
import { exportFaults } from "../faults.ts";
import { found } from "../found.ts";
import { type Call, type Input, type OperationTable, type Output, read } from "../operation.ts";
import { exportedDocument } from "./export/document.ts";
import { snapshotOf } from "./export/snapshot.ts";

const DEFAULT_STAGE = "$default";

async function exportApi(input: Input<"ExportApi">, call: Call, reader: Reader): Promise<Output<"ExportApi">> {
  const { ApiId: apiId, StageName: stageName, Specification: specification, OutputType: outputType } = input;
  const { ExportVersion: version = "1.0", IncludeExtensions: extensions = true } = input;
  if (specification !== "OAS30") throw exportFaults.specification(specification);
  if (outputType !== "JSON" && outputType !== "YAML") throw exportFaults.outputType(outputType);
  if (version !== "1.0") throw exportFaults.version(version);
  const { value: api } = await found.api(reader, call, apiId);
  if (api.ProtocolType !== "HTTP") throw exportFaults.webSocket();
  const document = exportedDocument(await snapshotOf(reader, call, apiId, stageName), {
    endpoint: call.settings.endpointOf(apiId, "HTTP", call.region),
    basePath: stageName === undefined || stageName === DEFAULT_STAGE ? "" : stageName,
    extensions,
  });
  return written(document, outputType);
}

/** The content type of YAML is unverified. */
async function written(document: object, outputType: "JSON" | "YAML"): Promise<Output<"ExportApi">> {
  if (outputType === "JSON") {
    return withContentType({ body: `${JSON.stringify(document, undefined, 2)}\n` }, "application/json");
  }
  // Loaded on first use: most exports are JSON.
  const { stringify } = await import("yaml");
  return withContentType(
    { body: stringify(document, { lineWidth: 0, aliasDuplicateObjects: false }) },
    "application/yaml",
  );
}

export const exportOperations = {
  ExportApi: read<"ExportApi">(exportApi),
} satisfies OperationTable;

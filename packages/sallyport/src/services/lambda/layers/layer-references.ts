import type { Reader } from "../../../ledger/ledger.ts";
import type { LayerReference, LayerVersionDocument } from "../../../model/function-documents.ts";
import { keys } from "../../../model/keys.ts";
import { accessDenied, invalidParameter } from "../faults.ts";
import type { Call } from "../operation.ts";
import { parseLayerName } from "./layer-name.ts";

/** AWS Lambda Developer Guide, "Lambda quotas". */
const MAX_LAYERS = 5;

/** The layers that a function asks for, each of them there. Throws for those that are not. */
export async function layersOf(
  arns: readonly string[],
  reader: Reader,
  call: Call,
): Promise<readonly LayerReference[]> {
  if (arns.length > MAX_LAYERS) throw invalidParameter(`Cannot reference more than ${MAX_LAYERS} layers.`);
  const references: LayerReference[] = [];
  const versions = new Map<string, string>();
  for (const arn of arns) {
    references.push(await referenceOf(arn, reader, call));
    const layer = arn.slice(0, arn.lastIndexOf(":"));
    const other = versions.get(layer);
    if (other !== undefined) {
      throw invalidParameter(
        "Two different versions of the same layer are not allowed to be referenced in the same function. " +
          `${other} and ${arn} are versions of the same layer.`,
      );
    }
    versions.set(layer, arn);
  }
  return references;
}

async function referenceOf(arn: string, reader: Reader, call: Call): Promise<LayerReference> {
  const { account, region, name, version } = parseLayerName(arn) ?? {};
  if (account === undefined || region === undefined || name === undefined || version === undefined) {
    throw invalidParameter(`Layer version ${arn} does not exist.`);
  }
  if (account !== call.account) {
    throw accessDenied(
      `User: ${call.caller.principal.arn} is not authorized to perform: lambda:GetLayerVersion on resource: ${arn} ` +
        "because no resource-based policy allows the lambda:GetLayerVersion action",
    );
  }
  if (region !== call.region) {
    throw invalidParameter(
      `Layers are not in the same region as the function. Layers are expected to be in region ${call.region}.`,
    );
  }
  const document = await reader.get<LayerVersionDocument>(keys.layerVersion({ account, region }, name, version));
  if (!document) throw invalidParameter(`Layer version ${arn} does not exist.`);
  return { Arn: arn, Code: document.value.Code };
}

/** Which permission a call needs. Service Authorization Reference, "Actions, resources, and condition keys for AWS Lambda". */
import { partitionOf } from "../../model/arn.ts";
import { authorize } from "../../protocol/iam/authorize.ts";
import type { RequestContext } from "../../protocol/iam/request-context.ts";
import type { Caller } from "../../protocol/service.ts";
import { functionArn } from "../../functions/hosted/function-resolver.ts";
import { parseFunctionName } from "./function-name.ts";
import { layerArn, parseLayerName } from "./layers/layer-name.ts";
import type { OperationName } from "./operation.ts";

/** Operations whose action has another name. */
const ACTIONS: Readonly<Record<string, string>> = {
  Invoke: "InvokeFunction",
  InvokeWithResponseStream: "InvokeFunction",
  GetLayerVersionByArn: "GetLayerVersion",
};

interface NamingMembers {
  readonly FunctionName?: string;
  readonly Qualifier?: string;
  readonly LayerName?: string;
  readonly VersionNumber?: number;
  readonly Resource?: string;
  readonly Arn?: string;
  readonly Principal?: string;
  readonly Layers?: readonly string[];
  readonly Tags?: Readonly<Record<string, string>>;
  readonly TagKeys?: readonly string[];
}

/** Throws AccessDeniedException unless the caller's policies allow the call. */
export function authorizeCall(operation: OperationName, input: NamingMembers, caller: Caller): void {
  // Without policies there is nothing to evaluate, and no ARN worth building.
  if (caller.principal.policies === undefined) return;
  const context = contextOf(input);
  authorize(caller, `lambda:${ACTIONS[operation] ?? operation}`, resourceOf(input, caller), { context });
  const tagged = operation === "CreateFunction" && Object.keys(input.Tags ?? {}).length > 0;
  if (tagged) authorize(caller, "lambda:TagResource", resourceOf(input, caller), { context });
}

function resourceOf(input: NamingMembers, caller: Caller): string {
  const { FunctionName: name, Qualifier: qualifier, LayerName: layer, VersionNumber: version } = input;
  if (name !== undefined) return functionResource(name, qualifier, caller);
  if (layer !== undefined) {
    const { account = caller.account, region = caller.region, name: layerName = layer } = parseLayerName(layer) ?? {};
    return layerArn({ account, region }, layerName, version);
  }
  return input.Resource ?? input.Arn ?? "*";
}

/** What can not be taken apart stays in the ARN as it is: no policy speaks of it, short of one for everything. */
function functionResource(text: string, qualifier: string | undefined, caller: Caller): string {
  const named = parseFunctionName(text);
  if (named?.name === undefined) {
    return `arn:${partitionOf(caller.region)}:lambda:${caller.region}:${caller.account}:function:${text}`;
  }
  const owner = { account: named.account ?? caller.account, region: named.region ?? caller.region };
  return functionArn(owner, named.name, qualifier || named.qualifier);
}

function contextOf({ Principal, Layers, Tags, TagKeys }: NamingMembers): RequestContext {
  const tags = Object.entries(Tags ?? {}).map(([key, value]) => [`aws:RequestTag/${key}`, value] as const);
  const tagKeys = TagKeys ?? Object.keys(Tags ?? {});
  return {
    ...(Principal === undefined ? {} : { "lambda:Principal": Principal }),
    ...(Layers === undefined || Layers.length === 0 ? {} : { "lambda:Layer": Layers }),
    ...Object.fromEntries(tags),
    ...(tagKeys.length === 0 ? {} : { "aws:TagKeys": tagKeys }),
  };
}

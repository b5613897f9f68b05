import { functionArn } from "../../../functions/hosted/function-resolver.ts";
import type { CodeReference, FunctionDocument, FunctionVersionDocument } from "../../../model/function-documents.ts";
import type { FunctionConfiguration } from "../../../model/generated/lambda.ts";
import { codeSha256, codeSize } from "./code-facts.ts";

export interface ConfigurationOptions {
  /** What the ARN ends in; undefined: the function's own ARN. */
  readonly qualifier?: string | undefined;
  /** Listings leave the states out (observed). */
  readonly listed?: boolean;
}

type CodeFacts = { readonly CodeSize: number; readonly CodeSha256: string };

/** A version of a function as the API tells it. Everything is ready at once here, so the states never tell otherwise. */
export function configurationOf(
  { Account: account, Region: region, Name: name }: FunctionDocument,
  version: FunctionVersionDocument,
  { qualifier, listed = false }: ConfigurationOptions = {},
): FunctionConfiguration {
  const { Settings: settings, Code: code } = version;
  const { Environment: variables, Layers: layers, SnapStart: snapStart, TracingConfig: tracing } = settings;
  return {
    FunctionName: name,
    FunctionArn: functionArn({ account, region }, name, qualifier),
    Runtime: settings.Runtime as FunctionConfiguration["Runtime"],
    Role: settings.Role,
    Handler: settings.Handler,
    ...codeFacts(code),
    Description: settings.Description,
    Timeout: settings.Timeout,
    MemorySize: settings.MemorySize,
    LastModified: version.LastModified,
    Version: version.Version,
    VpcConfig: settings.VpcConfig && { ...settings.VpcConfig, VpcId: "" },
    Environment: variables && { Variables: variables },
    KMSKeyArn: settings.KMSKeyArn,
    TracingConfig: { Mode: tracing?.Mode ?? "PassThrough" },
    RevisionId: version.RevisionId,
    Layers: layers.length === 0 ? undefined : layers.map(({ Arn, Code }) => ({ Arn, CodeSize: codeSize(Code) })),
    PackageType: "Zip",
    Architectures: settings.Architectures,
    EphemeralStorage: settings.EphemeralStorage ?? { Size: 512 },
    SnapStart: { ApplyOn: snapStart?.ApplyOn ?? "None", OptimizationStatus: "Off" },
    LoggingConfig: { LogFormat: "Text", LogGroup: `/aws/lambda/${name}`, ...settings.LoggingConfig },
    ...(listed ? {} : { State: "Active", LastUpdateStatus: "Successful" }),
  };
}

function codeFacts(code: CodeReference): CodeFacts {
  return { CodeSize: codeSize(code), CodeSha256: codeSha256(code) };
}

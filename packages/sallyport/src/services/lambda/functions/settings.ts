import type { Reader } from "../../../ledger/ledger.ts";
import type { FunctionSettings } from "../../../model/function-documents.ts";
import type { CreateFunctionRequest, UpdateFunctionConfigurationRequest } from "../../../model/generated/lambda.ts";
import { faults, invalidParameter } from "../faults.ts";
import { layersOf } from "../layers/layer-references.ts";
import type { Call } from "../operation.ts";

/** AWS Lambda API Reference, "CreateFunction". */
const DEFAULT_TIMEOUT_SECONDS = 3;
const DEFAULT_MEMORY_MB = 128;
/** AWS Lambda Developer Guide, "Lambda quotas": all environment variables together. */
const MAX_ENVIRONMENT_BYTES = 4096;

/** Runtimes that a machine without containers can run. */
const SERVED_RUNTIMES = /^(?:nodejs|python|provided)/;

/**
 * What would change how a function behaves, or where its failures go, and does not exist here. VpcConfig, KMSKeyArn,
 * TracingConfig, EphemeralStorage, SnapStart, LoggingConfig and Role are kept and told: a function works without them.
 */
const REFUSED: readonly (readonly [string, string])[] = [
  ["ImageConfig", "container images do not run here"],
  ["CodeSigningConfigArn", "code signing is not checked here"],
  ["CapacityProviderConfig", "there are no capacity providers here"],
  ["DurableConfig", "durable functions do not run here"],
  ["TenancyConfig", "tenants are not told apart here"],
];

type Changes = Partial<CreateFunctionRequest & UpdateFunctionConfigurationRequest>;

/** Throws for members that can not be honoured. */
export function refuseUnserved(input: Changes & { readonly PackageType?: string }): void {
  const given = input as Readonly<Record<string, unknown>>;
  for (const [member, why] of REFUSED) if (given[member] !== undefined) throw faults.notHonoured(member, why);
  if (input.PackageType === "Image") throw faults.notHonoured("PackageType", "container images do not run here");
  if (input.DeadLetterConfig?.TargetArn)
    throw faults.notHonoured("DeadLetterConfig", "there are no dead-letter queues");
  if (input.FileSystemConfigs?.length) throw faults.notHonoured("FileSystemConfigs", "there are no file systems here");
  if (given["PublishTo"] !== undefined) throw faults.notHonoured("PublishTo", "there are no capacity providers here");
}

/** The settings of a new function. */
export async function newSettings(input: CreateFunctionRequest, reader: Reader, call: Call): Promise<FunctionSettings> {
  if (input.Runtime === undefined) {
    throw invalidParameter("Runtime is mandatory for functions created with deployment packages.");
  }
  const defaults: FunctionSettings = {
    Runtime: input.Runtime,
    Handler: undefined,
    Role: input.Role,
    Description: "",
    Timeout: DEFAULT_TIMEOUT_SECONDS,
    MemorySize: DEFAULT_MEMORY_MB,
    Environment: undefined,
    Layers: [],
    Architectures: ["x86_64"],
  };
  const settings = await changedSettings(defaults, input, reader, call);
  if (settings.Handler === undefined && !settings.Runtime.startsWith("provided")) {
    throw invalidParameter("Handler is mandatory for functions created with deployment packages.");
  }
  return settings;
}

/** The settings with a call's members in place; what it does not give stays. */
export async function changedSettings(
  settings: FunctionSettings,
  input: Changes,
  reader: Reader,
  call: Call,
): Promise<FunctionSettings> {
  const { Environment: environment, Layers: layers, LoggingConfig: logging } = input;
  if (input.Runtime !== undefined && !SERVED_RUNTIMES.test(input.Runtime)) {
    throw faults.notHonoured(`Runtime ${input.Runtime}`, "nodejs*, python* and provided* run here");
  }
  if (environment?.Variables) checkEnvironment(environment.Variables);
  const given = input as Partial<FunctionSettings>;
  return {
    ...settings,
    ...picked(given, ["Runtime", "Handler", "Role", "Description", "Timeout", "MemorySize", "Architectures"]),
    ...picked(given, ["VpcConfig", "KMSKeyArn", "TracingConfig", "EphemeralStorage", "SnapStart"]),
    ...(environment === undefined ? {} : { Environment: environment.Variables }),
    ...(layers === undefined ? {} : { Layers: await layersOf(layers, reader, call) }),
    ...(logging === undefined ? {} : { LoggingConfig: { ...settings.LoggingConfig, ...logging } }),
  };
}

function picked<K extends keyof FunctionSettings>(given: Partial<FunctionSettings>, names: readonly K[]) {
  return Object.fromEntries(names.flatMap((name) => (given[name] === undefined ? [] : [[name, given[name]]]))) as Pick<
    FunctionSettings,
    K
  >;
}

/** AWS Lambda Developer Guide, "Working with Lambda environment variables": names that the runtime itself sets. */
const RESERVED = new Set([
  "_HANDLER",
  "_X_AMZN_TRACE_ID",
  "AWS_DEFAULT_REGION",
  "AWS_REGION",
  "AWS_EXECUTION_ENV",
  "AWS_LAMBDA_FUNCTION_NAME",
  "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
  "AWS_LAMBDA_FUNCTION_VERSION",
  "AWS_LAMBDA_INITIALIZATION_TYPE",
  "AWS_LAMBDA_LOG_GROUP_NAME",
  "AWS_LAMBDA_LOG_STREAM_NAME",
  "AWS_ACCESS_KEY",
  "AWS_ACCESS_KEY_ID",
  "AWS_SECRET_ACCESS_KEY",
  "AWS_SESSION_TOKEN",
  "AWS_LAMBDA_RUNTIME_API",
  "LAMBDA_TASK_ROOT",
  "LAMBDA_RUNTIME_DIR",
]);

function checkEnvironment(variables: Readonly<Record<string, string>>): void {
  const reserved = Object.keys(variables).filter((name) => RESERVED.has(name));
  if (reserved.length > 0) {
    throw invalidParameter(
      "Lambda was unable to configure your environment variables because the environment variables you have provided " +
        `contains reserved keys that are currently not supported for modification. Reserved keys used in this request: ${reserved.join(", ")}`,
    );
  }
  // No environment of a process can hold it.
  const broken = Object.entries(variables).find(([, value]) => value.includes("\0"));
  if (broken) throw invalidParameter(`The value of the environment variable ${broken[0]} holds a NUL character`);
  const measured = JSON.stringify(variables);
  if (Buffer.byteLength(measured) > MAX_ENVIRONMENT_BYTES) {
    throw invalidParameter(
      "Lambda was unable to configure your environment variables because the environment variables you have provided " +
        `exceeded the 4KB limit. String measured: ${measured}`,
    );
  }
}

/** What the ledger holds of Lambda functions that are hosted here. */
import type {
  AliasConfiguration,
  EphemeralStorage,
  LoggingConfig,
  SnapStart,
  TracingConfig,
  VpcConfig,
} from "./generated/lambda.ts";

/** Where the code of a function or a layer is. */
export type CodeReference =
  /** A zip that was uploaded, kept under the SHA-256 of its bytes. */
  | {
      readonly Kind: "archive";
      /** Hexadecimal. */
      readonly Sha256: string;
      readonly Size: number;
      readonly Files: number;
      readonly UnpackedBytes: number;
    }
  /** A folder of this machine, which may change at any time: an extension. */
  | { readonly Kind: "folder"; readonly Path: string };

/** A layer as a function uses it. It keeps its code when the layer's version is deleted (documented). */
export interface LayerReference {
  readonly Arn: string;
  readonly Code: CodeReference;
}

/** What of a function can be configured. */
export interface FunctionSettings {
  readonly Runtime: string;
  readonly Handler: string | undefined;
  readonly Role: string;
  readonly Description: string;
  readonly Timeout: number;
  readonly MemorySize: number;
  readonly Environment: Readonly<Record<string, string>> | undefined;
  readonly Layers: readonly LayerReference[];
  readonly Architectures: readonly ("x86_64" | "arm64")[];
  /** Kept and told, without effect on a process of this machine. */
  readonly VpcConfig?: VpcConfig;
  readonly KMSKeyArn?: string;
  readonly TracingConfig?: TracingConfig;
  readonly EphemeralStorage?: EphemeralStorage;
  readonly SnapStart?: SnapStart;
  readonly LoggingConfig?: LoggingConfig;
}

/** `$LATEST`, or a version that was published from it. */
export interface FunctionVersionDocument {
  readonly Version: string;
  readonly Settings: FunctionSettings;
  readonly Code: CodeReference;
  readonly LastModified: string;
  readonly RevisionId: string;
  /** Another text whenever code or settings are another; unlike `RevisionId`, not for policies and tags. */
  readonly Edition: string;
}

export interface FunctionDocument {
  readonly Account: string;
  readonly Region: string;
  readonly Name: string;
  readonly Latest: FunctionVersionDocument;
  readonly Tags: Readonly<Record<string, string>>;
  readonly ReservedConcurrency?: number;
  /** Numbers are not given again, also not those of deleted versions. */
  readonly NextVersion: number;
}

export type FunctionAliasDocument = AliasConfiguration & {
  readonly Name: string;
  readonly FunctionVersion: string;
  readonly RevisionId: string;
};

/** One statement of a function's resource policy. */
export interface PermissionStatement {
  readonly Sid: string;
  readonly Effect: "Allow";
  readonly Principal: string | { readonly Service: string } | { readonly AWS: string };
  readonly Action: string;
  readonly Resource: string;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

export interface FunctionPolicyDocument {
  readonly Statements: readonly PermissionStatement[];
}

export interface LayerDocument {
  readonly Account: string;
  readonly Region: string;
  readonly Name: string;
  readonly NextVersion: number;
  /** Undefined: all versions are gone. */
  readonly LatestVersion: number | undefined;
}

export interface LayerVersionDocument {
  readonly Version: number;
  readonly Description: string | undefined;
  readonly CreatedDate: string;
  readonly CompatibleRuntimes: readonly string[] | undefined;
  readonly CompatibleArchitectures: readonly string[] | undefined;
  readonly LicenseInfo: string | undefined;
  readonly Code: CodeReference;
}

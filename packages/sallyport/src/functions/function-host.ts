/** Runs functions as processes of this machine: what the Lambda API and the data plane need of it. */

/** One version of a function, ready to run. */
export interface FunctionDefinition {
  /** `arn:aws:lambda:{region}:{account}:function:{name}`, without qualifier. */
  readonly arn: string;
  readonly name: string;
  readonly account: string;
  readonly region: string;
  /** `$LATEST` or a number. */
  readonly version: string;
  /** Another text whenever code or configuration is another: processes of an old one take no more invocations. */
  readonly revision: string;
  /** `nodejs22.x`, `python3.12`, `provided.al2023` ... */
  readonly runtime: string;
  /** `file.function`; empty for `provided.*` is allowed. */
  readonly handler: string;
  /** Folder of the unpacked code. It is not written to by the host. */
  readonly codeFolder: string;
  /** Whether the code is the developer's own folder, which changes while we look. */
  readonly watched: boolean;
  /** Folders of unpacked layers, in the order of the configuration: later ones win. */
  readonly layerFolders: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** 128 to 10240. */
  readonly memoryMb: number;
  /** 1 to 900. */
  readonly timeoutSeconds: number;
  /** undefined: as many as the host allows; 0: none. */
  readonly reservedConcurrency: number | undefined;
}

export interface HostInvocation {
  readonly payload: Uint8Array;
  readonly requestId: string;
  /** Keep the last 4 KB of output for `LogType=Tail`. */
  readonly tailLog: boolean;
  /** ARN as the caller named the function, with the qualifier. */
  readonly invokedArn: string;
  /** `X-Amz-Client-Context`, JSON. */
  readonly clientContext?: string;
  /** `X-Amzn-Trace-Id`. */
  readonly traceId?: string;
  /** The caller is gone. The function runs on. */
  readonly signal?: AbortSignal;
  /** Where a response-streaming handler writes; undefined: the response is gathered. */
  readonly stream?: { write(chunk: Uint8Array): void };
}

export type HostOutcome =
  | { readonly kind: "result"; readonly payload: Uint8Array; readonly log: string | undefined }
  | {
      readonly kind: "function-error";
      /** `Unhandled` or `Handled`, as `X-Amz-Function-Error` tells. */
      readonly functionError: string;
      /** `{"errorType":…,"errorMessage":…,"trace"|"stackTrace":[…]}`, JSON. */
      readonly payload: Uint8Array;
      readonly log: string | undefined;
    }
  | { readonly kind: "throttled"; readonly detail: string }
  /** The host can not run it at all: unknown runtime, no interpreter on this machine. */
  | { readonly kind: "unsupported"; readonly detail: string };

export interface FunctionHost {
  /** Never rejects. */
  invoke(definition: FunctionDefinition, invocation: HostInvocation): Promise<HostOutcome>;
  /** Ends idle processes of a function; busy ones finish first. */
  retire(functionArn: string): void;
  /** Ends everything: busy processes get until the deadline. */
  close(deadlineMs: number): Promise<void>;
}

/** How a Lambda function is called, wherever it runs. */

export interface Invocation {
  /** `arn:aws:lambda:{region}:{account}:function:{name}[:{qualifier}]`, variables in place. */
  readonly functionArn: string;
  /** The event, JSON. */
  readonly payload: string;
  readonly timeoutMs: number;
  /** Role to assume; undefined: the function's resource policy must allow the API. */
  readonly credentialsArn: string | undefined;
  /** `arn:aws:execute-api:{region}:{account}:{api}/{stage}/{METHOD}/{path}`, what a resource policy is asked about. */
  readonly sourceArn: string;
  /** Ends the wait; the function may run on. */
  readonly signal?: AbortSignal;
}

/**
 * `result`: the function returned; `function-error`: it threw, crashed or timed out by its own limit; `refused`: no
 * permission, or no such function; `throttled`: too many at once; `too-large`: the event is over Lambda's limit;
 * `timeout`: no answer within `timeoutMs`; `unreachable`: Lambda does not answer; `aborted`: the signal.
 */
export type InvocationOutcome =
  | {
      readonly kind: "result";
      readonly payload: Uint8Array;
      /** Status of the Lambda service's own answer. */
      readonly serviceStatus: number;
      readonly requestId: string | undefined;
    }
  | {
      readonly kind: "function-error";
      readonly message: string;
      readonly errorType: string | undefined;
      readonly serviceStatus: number;
      readonly requestId: string | undefined;
    }
  | { readonly kind: "refused"; readonly why: "permission" | "missing"; readonly detail: string }
  | { readonly kind: "throttled" | "too-large" | "timeout" | "aborted"; readonly detail: string }
  | { readonly kind: "unreachable"; readonly detail: string; readonly cause?: Error };

/** Calls functions and waits for their answer (`RequestResponse`). Never rejects: what goes wrong is an outcome. */
export interface FunctionInvoker {
  invoke(invocation: Invocation): Promise<InvocationOutcome>;
}

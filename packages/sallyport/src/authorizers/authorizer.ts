/** What stands between a route and its integration. */
import type { AuthorizerResult, RequestContext } from "../model/request-context.ts";

export interface AuthorizationRequest extends RequestContext {
  /** Path and query exactly as they stood on the wire, whatever of them names the API: what clients sign. */
  readonly target: string;
  /** The authority that named the API: of `Host`, or of a target in absolute form. */
  readonly authority: string;
  /**
   * The request's body, read whole; undefined when there is none. It stays there for the integration. Rejects with
   * BodyTooLargeError over the payload limit.
   */
  bufferBody(): Promise<Uint8Array | undefined>;
}

/** Fail closed: whatever is not `allow` is answered with its status, and the integration is not called. */
export type Decision =
  | { readonly kind: "allow"; readonly result: AuthorizerResult }
  | {
      readonly kind: "deny";
      readonly status: 401 | 403 | 413 | 414 | 500;
      /** Value of `www-authenticate`, where the answer has one. */
      readonly challenge?: string;
      /** `$context.authorizer.error`. */
      readonly error?: string;
      /** What was expected, and the value that did not meet it; secrets masked. */
      readonly rule: string;
      readonly remedy: string;
      readonly cause?: unknown;
    };

/** A route's authorizer, compiled. Answers at once where nothing must be waited for. */
export interface Authorizer {
  authorize(request: AuthorizationRequest): Decision | Promise<Decision>;
}

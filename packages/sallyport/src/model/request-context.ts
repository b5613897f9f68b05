/** What is known about a request of an HTTP API once its route is chosen: what events, mappings, logs and policies read. */
import type { RawHeaders } from "./raw-headers.ts";

/** A claim, header or variable map: plain data with own properties only. */
export type Texts = Readonly<Record<string, string>>;

/** A client certificate of mutual TLS, as events and logs show it. */
export interface ClientCertificate {
  readonly clientCertPem: string;
  readonly subjectDN: string;
  readonly issuerDN: string;
  readonly serialNumber: string;
  /** `May 28 12:30:02 2019 GMT`. */
  readonly validity: { readonly notBefore: string; readonly notAfter: string };
}

/** What an authorizer found out. */
export type AuthorizerResult =
  | {
      readonly kind: "jwt";
      /** Every claim as text, as events show them (observed). */
      readonly claims: Texts;
      /** All scopes of the token where the route asks for any; null otherwise (observed). */
      readonly scopes: readonly string[] | null;
    }
  | {
      readonly kind: "lambda";
      /** What the function returned as context; null when it returned none. */
      readonly context: Readonly<Record<string, unknown>> | null;
      readonly principalId: string | undefined;
    }
  | {
      readonly kind: "iam";
      readonly accessKey: string;
      readonly accountId: string;
      readonly callerId: string;
      readonly userArn: string;
      readonly userId: string;
      readonly principalOrgId: string;
    };

export interface RequestContext {
  /** The owner of the API. */
  readonly accountId: string;
  readonly region: string;
  readonly apiId: string;
  readonly stageName: string;
  /** 15 characters and `=`. */
  readonly requestId: string;
  /** Key of the chosen route, for example `GET /pets/{id}`. */
  readonly routeKey: string;
  readonly method: string;
  readonly headers: RawHeaders;
  /** Raw path as sent, with the stage, still percent-encoded. */
  readonly path: string;
  /** Raw path as routes see it: without the stage. */
  readonly routePath: string;
  /** As sent, without the question mark; undefined when there was none. */
  readonly query: string | undefined;
  /** Decoded values of the route's variables. */
  readonly pathParameters: Texts;
  readonly stageVariables: Texts;
  /** Host that the API was called by, in lower case, without port. */
  readonly domainName: string;
  /** The mapping key of a custom domain that matched. */
  readonly mappingKey: string | undefined;
  /** Address of the TCP peer. */
  readonly clientAddress: string;
  readonly localAddress: string;
  readonly secure: boolean;
  readonly clientCertificate: ClientCertificate | undefined;
  /** When the request came in, in ms since the epoch. */
  readonly timeMs: number;
  /** Undefined on routes without authorization, and before it. */
  readonly authorizer: AuthorizerResult | undefined;
}

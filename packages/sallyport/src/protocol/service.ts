import type { Principal } from "./principal.ts";

/** A call of an AWS API as it came in, its body read and bounded. */
export interface AwsRequest {
  readonly method: string;
  /** Path exactly as sent, still percent-encoded, without the query. */
  readonly path: string;
  /** Query exactly as sent, without the question mark. */
  readonly query: string;
  /** Names in lower case; repeated headers joined with `,`. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  /** Address of the TCP peer, where it is known. */
  readonly sourceIp?: string | undefined;
}

export interface AwsResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
  /** Writes a body that comes bit by bit, in place of `body`. Called once, when the head has been sent. */
  readonly stream?: (sink: AnswerSink) => void;
}

/** Where the bytes of an answer go. After its reader has gone, they go nowhere. */
export interface AnswerSink {
  write(chunk: Uint8Array): void;
  end(): void;
}

/** Who calls, and for which region. */
export interface Caller {
  readonly principal: Principal;
  readonly account: string;
  /** From the credential scope of the signature; the configured default for unsigned calls. */
  readonly region: string;
  /** Address that the call came from: `aws:SourceIp` of policies. */
  readonly sourceIp?: string | undefined;
}

/** An AWS API that the admin listener serves, chosen by the signing name of a request's credential scope. */
export interface AwsService {
  readonly signingName: string;
  /** Largest body of a call, where calls of the service may be larger than most. */
  readonly maxBodyBytes?: number;
  handle(request: AwsRequest, caller: Caller, requestId: string): Promise<AwsResponse>;
  /** Words an error that was found before the service was asked (a bad signature) in the service's own protocol. */
  refuse?(error: unknown, requestId: string): AwsResponse;
}

/** How the host talks with a function's process, whatever protocol that speaks. */

/** What a runtime is told of an invocation: the headers of the Runtime API's `next`, and the event. */
export interface RuntimeEvent {
  readonly requestId: string;
  /** Milliseconds since 1970 at which the invocation times out. */
  readonly deadlineMs: number;
  readonly invokedArn: string;
  readonly traceId: string | undefined;
  /** JSON. */
  readonly clientContext: string | undefined;
  readonly payload: Uint8Array;
}

/** An error as a runtime reports it. */
export interface ReportedError {
  /** `Unhandled` or `Handled`. */
  readonly functionError: string;
  /** `{"errorType", "errorMessage", ...}`, JSON, as the caller gets it. */
  readonly payload: Uint8Array;
}

export interface ChannelListener {
  /** The runtime asks for the next event. The first time: it is initialised. */
  onReady(): void;
  onInitError(error: ReportedError): void;
  onResponse(payload: Uint8Array): void;
  /** The response is longer than a response may be; it was not kept. */
  onOversize(): void;
  onError(error: ReportedError): void;
  /** A piece of a streamed response. */
  onChunk(chunk: Uint8Array): void;
  /** The streamed response is over; with an error it broke off. */
  onStreamEnd(error: ReportedError | undefined): void;
  /** What came is not the protocol. The process can not be used any longer. */
  onFault(detail: string): void;
}

export interface RuntimeChannel {
  /** Hands an event to the runtime. Only after it has asked. */
  deliver(event: RuntimeEvent): void;
  close(): void;
}

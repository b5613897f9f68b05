import type { HostOutcome } from "../../../functions/function-host.ts";
import { withStream } from "../../../protocol/rest-json/serialize.ts";
import type { AnswerSink } from "../../../protocol/service.ts";
import type { Operation, OperationTable } from "../operation.ts";
import { EVENT_STREAM_TYPE, modelledEvent } from "./event-stream.ts";
import { hostInvocation, invokedFunction, logResult, payloadOf, requireRun } from "./invocation.ts";

type Ended = Extract<HostOutcome, { readonly kind: "result" | "function-error" }>;

/** AWS Lambda Developer Guide, "Response streaming for Lambda functions": the longest streamed response. */
const MAX_STREAMED_BYTES = 200 * 1024 * 1024;
/** Payloads of one event: far below what decoders take. Our choice. */
const MAX_CHUNK_BYTES = 1024 * 1024;

/** What a function writes, kept until somebody reads it. */
class StreamedResponse {
  readonly #begun = Promise.withResolvers<void>();
  #sink: AnswerSink | undefined;
  #waiting: Uint8Array[] = [];
  #bytes = 0;

  /** Something was written. */
  get begun(): Promise<void> {
    return this.#begun.promise;
  }

  write(chunk: Uint8Array): void {
    this.#bytes += chunk.byteLength;
    this.#begun.resolve();
    if (this.overlong) return;
    for (let at = 0; at < chunk.byteLength; at += MAX_CHUNK_BYTES) {
      const payload = chunk.subarray(at, at + MAX_CHUNK_BYTES);
      this.#send(modelledEvent("PayloadChunk", "application/octet-stream", payload));
    }
  }

  get overlong(): boolean {
    return this.#bytes > MAX_STREAMED_BYTES;
  }

  get isEmpty(): boolean {
    return this.#bytes === 0;
  }

  open(sink: AnswerSink): void {
    this.#sink = sink;
    for (const message of this.#waiting) sink.write(message);
    this.#waiting = [];
  }

  complete(event: object): void {
    this.#send(modelledEvent("InvokeComplete", "application/json", Buffer.from(JSON.stringify(event))));
    this.#sink?.end();
  }

  #send(message: Uint8Array): void {
    if (this.#sink) this.#sink.write(message);
    else this.#waiting.push(message);
  }
}

const invokeWithResponseStream: Operation<"InvokeWithResponseStream"> = async (input, call) => {
  const target = await invokedFunction(input, call);
  if (input.InvocationType === "DryRun") return { StatusCode: 204 };
  const definition = target.choose();
  const invocation = hostInvocation(input, payloadOf(input.Payload), call, target);
  const host = await call.world.runtime.host();
  const response = new StreamedResponse();
  const ending = host
    .invoke(definition, { ...invocation, stream: { write: (chunk) => response.write(chunk) } })
    .then((outcome) => requireRun(outcome, definition));
  // A call that is throttled gets its error and no stream.
  await Promise.race([response.begun, ending]);
  const output = { StatusCode: 200, ExecutedVersion: definition.version };
  return withStream(output, EVENT_STREAM_TYPE, (sink) => {
    response.open(sink);
    ending.then(
      (ended) => finish(response, ended),
      (error: unknown) => response.complete({ ErrorCode: "ServiceException", ErrorDetails: String(error) }),
    );
  });
};

/** A function that does not stream has its whole result in one go. */
function finish(response: StreamedResponse, ended: Ended): void {
  const LogResult = logResult(ended.log);
  const log = LogResult === undefined ? {} : { LogResult };
  if (ended.kind === "function-error") {
    const ErrorDetails = Buffer.from(ended.payload).toString("utf8");
    response.complete({ ErrorCode: ended.functionError, ErrorDetails, ...log });
    return;
  }
  if (response.isEmpty && ended.payload.byteLength > 0) response.write(ended.payload);
  response.complete({
    ...(response.overlong ? { ErrorCode: "Function.ResponseSizeTooLarge", ErrorDetails: TOO_LONG } : {}),
    ...log,
  });
}

const TOO_LONG = `Response payload size exceeded maximum allowed payload size (${MAX_STREAMED_BYTES} bytes).`;

export const invokeStreamOperations: OperationTable = { InvokeWithResponseStream: invokeWithResponseStream };

/**
 * The admin listener: every AWS API on one address, told apart by the signing name of a request's credential scope, and
 * the gateway's own paths under `/_sallyport/`.
 */
import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { AwsError } from "../model/errors.ts";
import type { Log } from "../observe/log.ts";
import { restJsonError } from "../protocol/rest-json/error-answer.ts";
import type { AnswerSink, AwsRequest, AwsResponse, AwsService, Caller } from "../protocol/service.ts";
import { credentialScopeOf } from "../protocol/sigv4/credential-scope.ts";
import { type AwsRequestHead, BodyTooLargeError, readAwsRequest } from "./admin-request.ts";
import { type LiveAnswer, LiveAnswers } from "./live-answers.ts";

/** Largest body of a call: an OpenAPI document may have 6 MB, and JSON escapes make it longer. Our choice. */
export const MAXIMUM_ADMIN_BODY_BYTES = 16 * 1024 * 1024;
const HEADERS_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 60_000;
const KEEP_ALIVE_TIMEOUT_MS = 65_000;
const MAXIMUM_HEADER_BYTES = 64 * 1024;

/** A page of ours under `/_sallyport/`, answered without a signature. */
export type OwnPath = (request: AwsRequest) => AwsResponse | Promise<AwsResponse>;

/** A page of ours that tells about traffic: for callers as an AWS API's calls are. */
export type SignedPath = (request: AwsRequest, caller: Caller) => AwsResponse | LiveAnswer;

/** A call and who makes it. The call's body may have been decoded on the way. */
export interface Authenticated {
  readonly caller: Caller;
  readonly request: AwsRequest;
}

export interface AdminOptions {
  readonly host: string;
  readonly port: number;
  /** By path. */
  readonly ownPaths: ReadonlyMap<string, OwnPath>;
  /** By path. */
  readonly signedPaths?: ReadonlyMap<string, SignedPath>;
  readonly services: readonly AwsService[];
  /** Throws AwsError for who may not call. */
  readonly authenticate: (request: AwsRequest) => Authenticated;
  /** Throws AwsError for requests that a web page of another site may have sent. */
  readonly guard: (request: AwsRequest) => void;
  readonly log: Log;
}

export interface AdminListener {
  readonly address: { readonly host: string; readonly port: number };
  /** Answers what is in flight, takes nothing new, and closes; what is left at the deadline is cut off. */
  drain(deadlineMs: number): Promise<void>;
}

export async function openAdmin(options: AdminOptions): Promise<AdminListener> {
  const services = new Map(options.services.map((service) => [service.signingName, service]));
  const live = new LiveAnswers();
  const server = createServer(
    {
      maxHeaderSize: MAXIMUM_HEADER_BYTES,
      headersTimeout: HEADERS_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
      noDelay: true,
    },
    (request, response) => {
      void serve(options, services, live, request, response);
    },
  );
  await listen(server, options);
  const { address, port } = server.address() as AddressInfo;
  return { address: { host: address, port }, drain: (deadlineMs) => drain(server, live, deadlineMs) };
}

function listen(server: Server, { host, port }: AdminOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      resolve();
    });
  });
}

function drain(server: Server, live: LiveAnswers, deadlineMs: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => server.closeAllConnections(), deadlineMs);
    server.close(() => {
      clearTimeout(timer);
      resolve();
    });
    live.end();
    server.closeIdleConnections();
  });
}

async function serve(
  options: AdminOptions,
  services: ReadonlyMap<string, AwsService>,
  live: LiveAnswers,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const requestId = randomUUID();
  try {
    const call = await readAwsRequest(request, (head) => bodyLimit(services, head));
    const answered = await answer(options, services, call, requestId);
    if ("begin" in answered) live.start(response, answered);
    else send(response, answered);
  } catch (error) {
    if (request.destroyed && !request.complete) return;
    if (!(error instanceof AwsError || error instanceof BodyTooLargeError)) {
      options.log.error("admin request failed", { requestId, error });
    }
    response.setHeader("connection", "close");
    send(response, restJsonError(refusal(error), requestId, Date.now()));
  }
}

function bodyLimit(services: ReadonlyMap<string, AwsService>, head: AwsRequestHead): number {
  return services.get(signingNameOf(head))?.maxBodyBytes ?? MAXIMUM_ADMIN_BODY_BYTES;
}

function refusal(error: unknown): AwsError {
  if (error instanceof AwsError) return error;
  if (error instanceof BodyTooLargeError) {
    return new AwsError("RequestTooLargeException", 413, `The request body is larger than ${error.limit} bytes`);
  }
  return new AwsError("InternalServerException", 500, "Internal server error", { cause: error });
}

async function answer(
  { ownPaths, signedPaths, authenticate, guard }: AdminOptions,
  services: ReadonlyMap<string, AwsService>,
  request: AwsRequest,
  requestId: string,
): Promise<AwsResponse | LiveAnswer> {
  guard(request);
  if (request.path.startsWith("/_sallyport/")) {
    const signed = signedPaths?.get(request.path);
    if (signed) {
      const known = authenticate(request);
      return signed(known.request, known.caller);
    }
    const own = ownPaths.get(request.path);
    if (!own) throw new AwsError("NotFoundException", 404, `There is nothing at ${request.path.slice(0, 200)}`);
    return own(request);
  }
  const signingName = signingNameOf(request);
  const service = services.get(signingName);
  if (!service) {
    throw new AwsError(
      "UnknownOperationException",
      400,
      `Sallyport does not serve ${signingName} here; it serves ${[...services.keys()].join(", ")}`,
    );
  }
  let authenticated: Authenticated;
  try {
    authenticated = authenticate(request);
  } catch (error) {
    if (service.refuse) return service.refuse(error, requestId);
    throw error;
  }
  return service.handle(authenticated.request, authenticated.caller, requestId);
}

/** The service that a call is for: by its signature; unsigned calls by their path. */
function signingNameOf(request: AwsRequestHead): string {
  const scope = credentialScopeOf(request);
  if (scope) return scope.service;
  if (request.path.startsWith("/v2/")) return "apigateway";
  if (/^\/20\d\d-\d\d-\d\d\//.test(request.path)) return "lambda";
  return request.path === "/" ? "sts" : "apigateway";
}

function send(response: ServerResponse, { status, headers, body, stream }: AwsResponse): void {
  if (stream) {
    response.writeHead(status, headers);
    stream(sinkOf(response));
    return;
  }
  response.writeHead(status, { ...headers, ...(status === 204 ? {} : { "content-length": Buffer.byteLength(body) }) });
  response.end(status === 204 ? undefined : body);
}

/** Unread bytes that one slow reader of a streamed answer may cost. Our choice. */
const MAX_UNREAD_BYTES = 32 * 1024 * 1024;

/** Who reads too slowly is cut off. */
function sinkOf(response: ServerResponse): AnswerSink {
  return {
    write: (chunk) => {
      if (response.destroyed || response.writableEnded) return;
      response.write(chunk);
      if (response.writableLength > MAX_UNREAD_BYTES) response.destroy();
    },
    end: () => {
      if (!response.destroyed) response.end();
    },
  };
}

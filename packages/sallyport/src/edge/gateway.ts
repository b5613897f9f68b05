import { randomFillSync } from "node:crypto";
import { AuthorizationCache } from "../authorizers/lambda/authorization-cache.ts";
import { followCacheResets } from "../authorizers/lambda/cache-resets.ts";
import { Issuers } from "../authorizers/jwt/issuers.ts";
import type { FunctionInvoker } from "../functions/invoker.ts";
import { RemoteLambda, type RemoteLambdaOptions } from "../functions/remote-lambda.ts";
import type { Exchange } from "../http/exchange.ts";
import { HttpPipeline } from "../http/pipeline.ts";
import { AwsClient, type AwsClientOptions } from "../integrations/aws/aws-client.ts";
import { RoleCredentials } from "../integrations/aws/role-credentials.ts";
import { LazyUpstream } from "../upstream/lazy-upstream.ts";
import type { Upstream } from "../upstream/upstream.ts";
import type { Ledger } from "../ledger/ledger.ts";
import { NO_AWS_ENDPOINTS } from "../config/aws-endpoints.ts";
import { requestIds } from "../model/request-id.ts";
import { traceRoots } from "../model/trace-id.ts";
import type { Log } from "../observe/log.ts";
import type { AccessLogs } from "../observe/access-log/access-logs.ts";
import type { Metrics } from "../observe/metrics/metrics.ts";
import type { Tracer } from "../observe/trace.ts";
import type { PrincipalStore } from "../protocol/principal.ts";
import { ProgramStore } from "../program/program-store.ts";
import { Throttles } from "../program/settings/throttle.ts";
import { apiAddressing, defaultHosts } from "./host.ts";

export interface GatewayOptions {
  readonly ledger: Ledger;
  /** Domain of default endpoints, `localhost` for example. */
  readonly endpointDomain: string;
  /** The listeners are on loopback: errors carry their private reason in `x-sallyport-reason`. */
  readonly loopback: boolean;
  readonly log: Log;
  readonly trace?: Tracer;
  /** Address to tell back ends as ours. Default: the one that the client called. */
  readonly egressAddress?: string;
  /** Certificates (PEM) that back ends may use besides those that the system trusts. */
  readonly extraCertificates?: readonly string[];
  /** Who may sign requests of routes with IAM authorization. Default: nobody, such routes refuse everybody. */
  readonly principals?: PrincipalStore;
  /** Calls Lambda functions. Default: those behind `lambda`. */
  readonly functions?: FunctionInvoker;
  /** Calls the functions of this machine, and leaves others to the remote Lambda, where there is one. */
  readonly hosted?: (remote: FunctionInvoker | undefined) => FunctionInvoker;
  /** A remote Lambda, and what calls to it are signed with. Default: none, routes to functions answer 500. */
  readonly lambda?: Pick<RemoteLambdaOptions, "endpoint" | "credentials"> | undefined;
  /** Where AWS services are, and what calls to them are signed with. Default: the real ones, and nothing. */
  readonly aws?: Pick<AwsClientOptions, "endpoints" | "credentials">;
  /** Where access logs go. Default: none are kept. */
  readonly accessLogs?: AccessLogs;
  readonly metrics?: Metrics;
  /** Quotas that differ from the real service's: an extension. */
  readonly limits?: GatewayLimits;
  /** Milliseconds of a clock that never goes back. Default: the process's own. */
  readonly nowMs?: () => number;
  /** The way out. Default: connections of our own. */
  readonly upstream?: Upstream;
}

/** Quotas that an installation may lift. */
export interface GatewayLimits {
  /** Requests per second, and at once, that an account may make to its APIs of a region. */
  readonly accountRateLimit?: number | undefined;
  readonly accountBurstLimit?: number | undefined;
  readonly payloadBytes?: number | undefined;
  readonly headBytes?: number | undefined;
}

/** The data plane: what every listener hands its requests to. */
export interface Gateway {
  readonly handle: (exchange: Exchange) => void;
  /** Loads what the first request will need. */
  warm(): Promise<void>;
  /** Breaks off what is still under way; drain the listeners first. */
  close(): Promise<void>;
}

/** Puts the data plane together. */
export function createGateway(options: GatewayOptions): Gateway {
  const { ledger, endpointDomain, log, trace, egressAddress, extraCertificates } = options;
  const lazy = new LazyUpstream(async () => {
    const { Http1Upstream } = await import("../upstream/http1/http1-upstream.ts");
    return new Http1Upstream({ extraCertificates });
  });
  const upstream = options.upstream ?? lazy;
  const traceRoot = traceRoots(randomFillSync, Date.now);
  const issuers = new Issuers({ upstream });
  const authorizations = new AuthorizationCache({ nowMs: () => performance.now() });
  const stopResets = followCacheResets(ledger, authorizations);
  const remote = remoteLambda(options, upstream);
  const functions = options.functions ?? (options.hosted ? options.hosted(remote) : remote);
  const { limits = {}, nowMs = () => performance.now(), metrics, accessLogs } = options;
  const account = { rate: limits.accountRateLimit, burst: limits.accountBurstLimit };
  const throttles = new Throttles(nowMs, account);
  const observed = { throttles, metrics, accessLogs, log, payloadBytes: limits.payloadBytes };
  const client = new AwsClient({
    upstream,
    ...(options.aws ?? { endpoints: NO_AWS_ENDPOINTS, credentials: undefined }),
    nowMs: Date.now,
  });
  const aws = { client, roles: new RoleCredentials(client) };
  const services = {
    aws,
    upstream,
    traceRoot,
    egressAddress,
    functions,
    authorizations,
    issuers,
    principals: options.principals,
    ...observed,
  };
  const programs = new ProgramStore({ ledger, services });
  const pipeline = new HttpPipeline({
    address: apiAddressing(endpointDomain),
    defaultHost: defaultHosts(endpointDomain),
    programs,
    requestId: requestIds(randomFillSync),
    log,
    trace,
    nowMs,
    limits,
    tellReasons: options.loopback,
  });
  return {
    handle: (exchange) => pipeline.handle(exchange),
    warm: async () => {
      if (upstream === lazy) await lazy.load();
    },
    close: async () => {
      stopResets();
      programs.close();
      await upstream.close();
    },
  };
}

function remoteLambda({ lambda }: GatewayOptions, upstream: Upstream): FunctionInvoker | undefined {
  return lambda && new RemoteLambda({ ...lambda, upstream, nowMs: Date.now });
}

import { randomFillSync } from "node:crypto";
import type { Exchange } from "../http/exchange.ts";
import { HttpPipeline } from "../http/pipeline.ts";
import { LazyUpstream } from "../upstream/lazy-upstream.ts";
import type { Upstream } from "../upstream/upstream.ts";
import type { Ledger } from "../ledger/ledger.ts";
import { requestIds } from "../model/request-id.ts";
import { traceRoots } from "../model/trace-id.ts";
import type { Log } from "../observe/log.ts";
import type { Tracer } from "../observe/trace.ts";
import { ProgramStore } from "../program/program-store.ts";
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
  /** The way out. Default: undici's connection pools. */
  readonly upstream?: Upstream;
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
  const onError = (error: unknown) => log.warn("closing connections to a back end failed", { error });
  const lazy = new LazyUpstream(async () => {
    const { UndiciUpstream } = await import("../upstream/undici-upstream.ts");
    return new UndiciUpstream({ extraCertificates, onError });
  });
  const upstream = options.upstream ?? lazy;
  const traceRoot = traceRoots(randomFillSync, Date.now);
  const programs = new ProgramStore({ ledger, services: { upstream, traceRoot, egressAddress } });
  const pipeline = new HttpPipeline({
    address: apiAddressing(endpointDomain),
    defaultHost: defaultHosts(endpointDomain),
    programs,
    requestId: requestIds(randomFillSync),
    log,
    trace,
    tellReasons: options.loopback,
  });
  return {
    handle: (exchange) => pipeline.handle(exchange),
    warm: async () => {
      if (upstream === lazy) await lazy.load();
    },
    close: async () => {
      programs.close();
      await upstream.close();
    },
  };
}

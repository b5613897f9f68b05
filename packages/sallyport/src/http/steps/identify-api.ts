import type { ApiProgram } from "../../program/api-program.ts";
import type { ProgramStore } from "../../program/program-store.ts";
import type { Addressing, ApiAddress } from "../api-address.ts";
import type { GatewayFault } from "../gateway-fault.ts";
import type { HttpRequest } from "../http-request.ts";
import type { Step, Verdict } from "./step.ts";

export interface IdentifyApiOptions {
  readonly address: Addressing;
  readonly programs: ProgramStore;
  /** The default host of an API. */
  readonly defaultHost: (apiId: string, region: string) => string;
}

/**
 * From host to API. Hosts that are no API get what the service's shared front end answers: 403, which is unverified for
 * HTTP APIs, and as an error outside any API no request id.
 */
export function identifyApi({ address, programs, defaultHost }: IdentifyApiOptions): Step {
  const adopt = (request: HttpRequest, at: ApiAddress, api: ApiProgram | undefined): Verdict => {
    if (!api) return outsideApi(`there is no API ${at.apiId}`, "check the API id");
    const { Region, ProtocolType } = api.api;
    if (at.region !== undefined && at.region !== Region) {
      return outsideApi(`API ${at.apiId} is in ${Region}, not in ${at.region}`, "use the host name of its region");
    }
    if (ProtocolType !== "HTTP") {
      return outsideApi(`API ${at.apiId} is a ${ProtocolType} API`, "connect with a WebSocket client");
    }
    request.api = api;
    request.domainName = at.domainName ?? defaultHost(at.apiId, Region);
    takePath(request, at.pathAt);
    request.trace?.report({
      step: "identify API",
      message: `${at.apiId} in ${Region}`,
      facts: { host: request.domainName },
    });
    return undefined;
  };
  return (request) => {
    const at = address(request.exchange);
    if (!at)
      return outsideApi(`host ${JSON.stringify(request.exchange.authority)} names no API`, "check the host name");
    const api = programs.get(at.apiId);
    return api instanceof Promise ? api.then((program) => adopt(request, at, program)) : adopt(request, at, api);
  };
}

function takePath(request: HttpRequest, pathAt: number): void {
  const { target } = request.exchange;
  const mark = target.indexOf("?", pathAt);
  // `/_execute-api/{id}` and `/_execute-api/{id}?x=1` have nothing of the API's path.
  request.path = target.slice(pathAt, mark < 0 ? undefined : mark) || "/";
  request.query = mark < 0 ? undefined : target.slice(mark + 1);
}

function outsideApi(rule: string, remedy: string): GatewayFault {
  return { status: 403, step: "identify API", rule, remedy, outsideApi: true };
}

/** Who calls the admin listener: by a verified signature, or, without credentials configured, by what it claims. */
import { isLoopback } from "../config/loopback.ts";
import { AwsError } from "../model/errors.ts";
import type { Principal } from "../protocol/principal.ts";
import type { AwsRequest } from "../protocol/service.ts";
import { credentialScopeOf } from "../protocol/sigv4/credential-scope.ts";
import type { Authenticated } from "./admin.ts";

export interface OpenCallers {
  readonly account: string;
  readonly region: string;
}

/**
 * Takes every signature, checked or not: for loopback only. An access key of twelve digits names an account (the custom
 * of local emulators, our choice); any other key belongs to the configured one.
 */
export function openCallers({ account, region }: OpenCallers): (request: AwsRequest) => Authenticated {
  return (request) => {
    const scope = credentialScopeOf(request);
    const owner = scope && /^\d{12}$/.test(scope.accessKeyId) ? scope.accessKeyId : account;
    const principal: Principal = {
      accessKeyId: scope?.accessKeyId ?? "",
      account: owner,
      arn: `arn:aws:iam::${owner}:root`,
      userId: owner,
      policies: undefined,
    };
    return {
      request,
      caller: { principal, account: owner, region: scope?.region || region, sourceIp: request.sourceIp },
    };
  };
}

/**
 * Where any signature is accepted, a web page that the developer has open must not be able to call: neither with a
 * plain cross-site request nor through a host name that was pointed at loopback.
 */
export function loopbackGuard(endpointDomain: string): (request: AwsRequest) => void {
  const allowed = (host: string): boolean =>
    isLoopback(host) || host === endpointDomain || host.endsWith(`.${endpointDomain}`);
  return ({ headers }) => {
    const host = hostOf(headers["host"] ?? "");
    if (!allowed(host)) throw refused(`the Host header names ${JSON.stringify(host)}`);
    const origin = headers["origin"];
    if (origin !== undefined && !(URL.canParse(origin) && allowed(hostOf(new URL(origin).host)))) {
      throw refused(`the request comes from a page of ${JSON.stringify(origin.slice(0, 200))}`);
    }
    if (headers["sec-fetch-site"] === "cross-site") throw refused("the request comes from a page of another site");
  };
}

/** The host without its port, an IPv6 address without its brackets. */
function hostOf(authority: string): string {
  const match = /^(?:\[([^\]]*)\]|([^:]*))(?::\d*)?$/.exec(authority.toLowerCase());
  return match?.[1] ?? match?.[2] ?? authority;
}

function refused(why: string): AwsError {
  return new AwsError(
    "AccessDeniedException",
    403,
    `Refused: ${why}. Without configured credentials only programs of this machine may call; start with --credentials to open the listener`,
  );
}

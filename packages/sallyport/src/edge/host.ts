import type { Addressing, ApiAddress } from "../http/api-address.ts";
import type { Exchange } from "../http/exchange.ts";

const PATH_FORM = "/_execute-api/";
const API_LABEL = /^[a-z0-9]{1,63}$/;
const REGION_LABEL = /^[a-z0-9-]{1,63}$/;
const SERVICE_LABEL = ".execute-api.";
const AWS_DOMAINS: readonly string[] = ["amazonaws.com", "amazonaws.com.cn"];

/** Host of an authority as it compares: lower case, without port and without the dot at the end. */
export function hostOf(authority: string): string {
  // The colons of an IPv6 address stand in brackets, and no API has one as its host.
  const colon = authority.startsWith("[") ? -1 : authority.indexOf(":");
  const host = (colon < 0 ? authority : authority.slice(0, colon)).toLowerCase();
  return host.endsWith(".") ? host.slice(0, -1) : host;
}

/**
 * Tells the API by `{apiId}.execute-api.{region}.{endpointDomain}` or by AWS's own name for it; else by the path form
 * `/_execute-api/{apiId}/…`, an extension for clients that cannot set a host. The host goes first, so that an API may
 * have any path.
 */
export function apiAddressing(endpointDomain: string): Addressing {
  const domains = [endpointDomain.toLowerCase(), ...AWS_DOMAINS];
  return (exchange) => fromHost(hostOf(exchange.authority), domains) ?? fromPath(exchange);
}

/** The default host of an API. */
export function defaultHosts(endpointDomain: string): (apiId: string, region: string) => string {
  const domain = endpointDomain.toLowerCase();
  return (apiId, region) => `${apiId}${SERVICE_LABEL}${region}.${domain}`;
}

function fromHost(host: string, domains: readonly string[]): ApiAddress | undefined {
  const at = host.indexOf(SERVICE_LABEL);
  if (at < 0) return undefined;
  const apiId = host.slice(0, at);
  const rest = host.slice(at + SERVICE_LABEL.length);
  const dot = rest.indexOf(".");
  const region = rest.slice(0, Math.max(dot, 0));
  if (!domains.includes(rest.slice(dot + 1)) || !REGION_LABEL.test(region) || !API_LABEL.test(apiId)) return undefined;
  return { apiId, region, domainName: host, pathAt: 0 };
}

function fromPath({ target }: Exchange): ApiAddress | undefined {
  if (!target.startsWith(PATH_FORM)) return undefined;
  let end = PATH_FORM.length;
  while (end < target.length && target[end] !== "/" && target[end] !== "?") end++;
  const apiId = target.slice(PATH_FORM.length, end);
  return API_LABEL.test(apiId) ? { apiId, region: undefined, domainName: undefined, pathAt: end } : undefined;
}

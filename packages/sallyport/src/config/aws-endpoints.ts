import { dnsSuffixOf } from "../model/arn.ts";

/** The AWS services that the gateway itself calls, by signing name, which is also what their host names begin with. */
export type CalledService = "appconfig" | "events" | "kinesis" | "sqs" | "states" | "sts";

/** What may stand before `=URL`: signing names, and what the SDKs call the same services. */
const SERVICE_NAMES: ReadonlyMap<string, CalledService> = new Map<string, CalledService>([
  ["appconfig", "appconfig"],
  ["events", "events"],
  ["eventbridge", "events"],
  ["kinesis", "kinesis"],
  ["sqs", "sqs"],
  ["states", "states"],
  ["sfn", "states"],
  ["stepfunctions", "states"],
  ["sts", "sts"],
]);

/** Where a service is reached. */
export interface AwsEndpoint {
  /** As the `origin` of a URL prints it. */
  readonly origin: string;
  /** Value of `Host`. */
  readonly host: string;
  /** What stands in front of every path; `""` or begins with `/`. */
  readonly basePath: string;
}

/** Endpoints in place of the real ones; `all` is for services without one of their own. */
export interface AwsEndpoints {
  readonly all: AwsEndpoint | undefined;
  readonly services: ReadonlyMap<CalledService, AwsEndpoint>;
}

export const NO_AWS_ENDPOINTS: AwsEndpoints = { all: undefined, services: new Map<CalledService, AwsEndpoint>() };

const RULE = "must be URL or SERVICE=URL, for example sqs=http://127.0.0.1:9324";

/** `URL` and `SERVICE=URL`, separated by blanks, commas or line ends. Throws an Error that states the rule. */
export function parseAwsEndpoints(text: string): AwsEndpoints {
  let all: AwsEndpoint | undefined;
  const services = new Map<CalledService, AwsEndpoint>();
  for (const item of text.split(/[\s,]+/).filter((piece) => piece !== "")) {
    const [, name, url = ""] = /^(?:([A-Za-z0-9-]+)=)?(https?:\/\/.+)$/s.exec(item) ?? [];
    const endpoint = endpointOf(url);
    if (name === undefined) all = endpoint;
    else services.set(serviceOf(name), endpoint);
  }
  if (!all && services.size === 0) throw new Error(RULE);
  return { all, services };
}

function serviceOf(name: string): CalledService {
  const service = SERVICE_NAMES.get(name.toLowerCase());
  if (!service) throw new Error(`names no service that is called: they are ${[...SERVICE_NAMES.keys()].join(", ")}`);
  return service;
}

/** A user name, a query or a fragment has no place in a request's target. */
function endpointOf(url: string): AwsEndpoint {
  if (!URL.canParse(url)) throw new Error(RULE);
  const { origin, host, pathname, username, password, search, hash } = new URL(url);
  if (username || password || search || hash) throw new Error(`${RULE}, without user, query and fragment`);
  return { origin, host, basePath: pathname.replace(/\/+$/, "") };
}

/** The endpoint configured for a service, if there is one. */
export function configuredEndpoint(endpoints: AwsEndpoints, service: CalledService): AwsEndpoint | undefined {
  return endpoints.services.get(service) ?? endpoints.all;
}

/** The real endpoint of a service. `hostPrefix` stands in front of its name; with an endpoint of one's own it is left out. */
export function publicEndpoint(service: CalledService, region: string, hostPrefix = ""): AwsEndpoint {
  const host = `${hostPrefix}${service}.${region}.${dnsSuffixOf(region)}`;
  return { origin: `https://${host}`, host, basePath: "" };
}

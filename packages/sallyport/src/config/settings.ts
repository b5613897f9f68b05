/** Every setting of the server, as data: flag, environment variable, name in a configuration file, default, rule. */
import { type AwsEndpoints, parseAwsEndpoints } from "./aws-endpoints.ts";

import type { LogTarget } from "../model/observation/log-target.ts";
import type { LimitSettings } from "./file-sections.ts";

export interface Address {
  readonly host: string;
  readonly port: number;
}

/** What a setting's text must look like; `parse` throws an Error whose message states the rule. */
export interface Setting<T> {
  readonly flag: string;
  readonly environment: string;
  /** What stands behind the flag in the help; absent for switches. */
  readonly placeholder?: string;
  readonly description: string;
  readonly default: T;
  /** A flag that may be given several times; its texts are parsed together. */
  readonly repeatable?: boolean;
  readonly parse: (text: string) => T;
}

function address(text: string): Address {
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([^:[\]\s/]+)):(\d{1,5})$/.exec(text);
  const port = Number(match?.[3]);
  if (!match || port > 65_535) throw new Error("must be HOST:PORT, for example 127.0.0.1:8080 or [::1]:8080");
  return { host: match[1] ?? match[2] ?? "", port };
}

function optionalAddress(text: string): Address | undefined {
  return text === "off" ? undefined : address(text);
}

function matching(pattern: RegExp, rule: string): (text: string) => string {
  return (text) => {
    if (!pattern.test(text)) throw new Error(rule);
    return text;
  };
}

function oneOf<T extends string>(...values: readonly T[]): (text: string) => T {
  return (text) => {
    const value = values.find((candidate) => candidate === text);
    if (value === undefined) throw new Error(`must be one of ${values.join(", ")}`);
    return value;
  };
}

function integer(minimum: number, maximum: number): (text: string) => number {
  return (text) => {
    const value = /^\d{1,12}$/.test(text) ? Number(text) : Number.NaN;
    if (!(value >= minimum && value <= maximum))
      throw new Error(`must be a whole number from ${minimum} to ${maximum}`);
    return value;
  };
}

function fraction(text: string): number {
  const value = /^\d{0,3}(\.\d{1,9})?$/.test(text) && text !== "" ? Number(text) : Number.NaN;
  if (!(value >= 0 && value <= 1)) throw new Error("must be a number from 0 to 1, for example 0.01");
  return value;
}

function switchedOn(text: string): boolean {
  if (text === "true" || text === "1") return true;
  if (text === "false" || text === "0" || text === "") return false;
  throw new Error("must be true or false");
}

function ledger(text: string): string {
  if (!/^postgres(ql)?:\/\//.test(text) || !URL.canParse(text)) {
    throw new Error("must be a PostgreSQL URL, postgres://user:password@host:port/database");
  }
  return text;
}

/** Without query, fragment and user: paths of calls are appended. */
function httpUrl(text: string): string {
  if (!/^https?:\/\/[^?#@\s]+$/i.test(text) || !URL.canParse(text)) {
    throw new Error("must be an http:// or https:// URL without user, query and fragment");
  }
  return text;
}

const path = matching(/^[^\0]+$/, "must be a path");

function define<T>(setting: Setting<T>): Setting<T> {
  return setting;
}

export const settings = {
  admin: define<Address>({
    flag: "--admin",
    environment: "SALLYPORT_ADMIN",
    placeholder: "HOST:PORT",
    description: "listener of the AWS APIs, health and metrics",
    default: { host: "127.0.0.1", port: 4580 },
    parse: address,
  }),
  http: define<Address | undefined>({
    flag: "--http",
    environment: "SALLYPORT_HTTP",
    placeholder: "HOST:PORT",
    description: 'edge over HTTP; "off" for none',
    default: { host: "127.0.0.1", port: 8080 },
    parse: optionalAddress,
  }),
  https: define<Address | undefined>({
    flag: "--https",
    environment: "SALLYPORT_HTTPS",
    placeholder: "HOST:PORT",
    description: "edge over HTTPS (not in this version)",
    default: undefined,
    parse: optionalAddress,
  }),
  data: define<string>({
    flag: "--data",
    environment: "SALLYPORT_DATA",
    placeholder: "FOLDER",
    description: "folder of everything that is kept: definitions, keys, logs",
    default: ".sallyport",
    parse: path,
  }),
  region: define<string>({
    flag: "--region",
    environment: "SALLYPORT_REGION",
    placeholder: "REGION",
    description: "region of calls that name none",
    default: "us-east-1",
    parse: matching(/^[a-z]{2}(-[a-z]+)+-\d{1,2}$/, "must look like a region, for example eu-central-1"),
  }),
  account: define<string>({
    flag: "--account",
    environment: "SALLYPORT_ACCOUNT",
    placeholder: "ID",
    description: "account of calls that name none",
    default: "000000000000",
    parse: matching(/^\d{12}$/, "must be twelve digits"),
  }),
  endpointDomain: define<string>({
    flag: "--endpoint-domain",
    environment: "SALLYPORT_ENDPOINT_DOMAIN",
    placeholder: "DOMAIN",
    description: "domain of the default endpoints, {api}.execute-api.{region}.DOMAIN",
    default: "localhost",
    parse: matching(
      /^(?=.{1,180}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/,
      "must be a domain name in lower case, for example gateway.example.com",
    ),
  }),
  ledger: define<string | undefined>({
    flag: "--ledger",
    environment: "SALLYPORT_LEDGER",
    placeholder: "URL",
    description: "PostgreSQL that holds the definitions of a cluster, postgres://...",
    default: undefined,
    parse: ledger,
  }),
  workers: define<number>({
    flag: "--workers",
    environment: "SALLYPORT_WORKERS",
    placeholder: "N",
    description: "edge workers beside the first thread (only 0 in this version)",
    default: 0,
    parse: integer(0, 1024),
  }),
  lambdaEndpoint: define<string | undefined>({
    flag: "--lambda-endpoint",
    environment: "SALLYPORT_LAMBDA_ENDPOINT",
    placeholder: "URL",
    description: "remote Lambda for functions; calls are signed with AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY",
    default: undefined,
    parse: httpUrl,
  }),
  localCode: define<boolean>({
    flag: "--local-code",
    environment: "SALLYPORT_LOCAL_CODE",
    description:
      "let callers name folders of this machine as code of functions (S3Key=file:///folder); without --credentials they may",
    default: false,
    parse: switchedOn,
  }),
  awsEndpoint: define<AwsEndpoints | undefined>({
    flag: "--aws-endpoint",
    environment: "SALLYPORT_AWS_ENDPOINT",
    placeholder: "[SERVICE=]URL",
    description:
      "where the AWS services are that integrations call: all of them, or one (appconfig, events, kinesis, sqs, states, " +
      "sts); repeatable, in the environment separated by commas. Default: the real ones",
    default: undefined,
    repeatable: true,
    parse: parseAwsEndpoints,
  }),
  credentials: define<string | undefined>({
    flag: "--credentials",
    environment: "SALLYPORT_CREDENTIALS",
    placeholder: "FILE",
    description:
      "callers that may sign requests (YAML or JSON); without it any signature is accepted, on loopback only",
    default: undefined,
    parse: path,
  }),
  strictReferences: define<boolean>({
    flag: "--strict-references",
    environment: "SALLYPORT_STRICT_REFERENCES",
    description: "refuse definitions that name things of other services which can not be found",
    default: false,
    parse: switchedOn,
  }),
  logFormat: define<"text" | "json">({
    flag: "--log-format",
    environment: "SALLYPORT_LOG_FORMAT",
    placeholder: "FORMAT",
    description: "text or json (one object a line); logs go to standard error",
    default: "text",
    parse: oneOf("text", "json"),
  }),
  logLevel: define<"debug" | "info" | "warn" | "error">({
    flag: "--log-level",
    environment: "SALLYPORT_LOG_LEVEL",
    placeholder: "LEVEL",
    description: "debug, info, warn or error",
    default: "info",
    parse: oneOf("debug", "info", "warn", "error"),
  }),
  traceSample: define<number | undefined>({
    flag: "--trace-sample",
    environment: "SALLYPORT_TRACE_SAMPLE",
    placeholder: "0..1",
    description: "part of the requests whose story is kept in memory; all on a loopback edge, else none, by default",
    default: undefined,
    parse: fraction,
  }),
  drainSeconds: define<number>({
    flag: "--drain-seconds",
    environment: "SALLYPORT_DRAIN_SECONDS",
    placeholder: "N",
    description: "how long requests in flight may take to finish after SIGTERM",
    default: 30,
    parse: integer(0, 3600),
  }),
  vpcLinkDelayMs: define<number>({
    flag: "--vpc-link-delay-ms",
    environment: "SALLYPORT_VPC_LINK_DELAY_MS",
    placeholder: "N",
    description: "how long a VPC link stays PENDING and DELETING",
    default: 1000,
    parse: integer(0, 3_600_000),
  }),
} as const;

export type SettingName = keyof typeof settings;

/** Everything that can be configured, typed and checked. */
export type Config = {
  readonly [N in SettingName]: (typeof settings)[N] extends Setting<infer T> ? T : never;
} & {
  /** Quotas that differ from the real service's; only in a configuration file. */
  readonly quotas: Readonly<Record<string, number>>;
  /** Quotas of the data plane that differ from the real service's; only in a configuration file. */
  readonly limits: LimitSettings;
  /** Where access logs go, by destination; only in a configuration file. */
  readonly accessLogs: ReadonlyMap<string, LogTarget>;
};

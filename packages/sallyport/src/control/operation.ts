/** What an operation of the control plane is, and what it is given. */
import type { Reader, Transaction } from "../ledger/ledger.ts";
import type { Tenant } from "../model/keys.ts";
import type { Operations } from "../model/generated/apigatewayv2.ts";
import type { Quotas } from "./quotas.ts";

export type OperationName = keyof Operations;
export type Input<N extends OperationName> = Operations[N]["input"];
export type Output<N extends OperationName> = Operations[N]["output"];

/** Named things of other services whose existence strict mode checks. */
export type ReferenceKind =
  | "function"
  | "role"
  | "listener"
  | "Cloud Map service"
  | "certificate"
  | "log group"
  | "subnet"
  | "security group"
  | "issuer"
  | "truststore";

/** Strict mode: throws an AwsError when the named thing does not exist or can not be checked. */
export type ReferenceCheck = (kind: ReferenceKind, name: string) => Promise<void>;

/** Behaviour beyond the real service's. Each is off unless the installation asks for it. */
export interface Extensions {
  /** Routing rules may name HTTP APIs; the real service takes REST APIs only. */
  readonly routingRulesToHttpApis?: boolean;
  /** A domain name may have an EDGE configuration beside or instead of its REGIONAL one, as through the v1 API. */
  readonly edgeConfigurations?: boolean;
}

export interface ControlSettings {
  readonly quotas: Quotas;
  /** undefined: names of other services' things are taken on trust. */
  readonly references: ReferenceCheck | undefined;
  /** A `connectionId` must name a VPC link of the account. Default: true. */
  readonly checkVpcLinks: boolean;
  /** How long a VPC link stays PENDING, and DELETING, in ms. Default 1000. */
  readonly vpcLinkDelayMs: number;
  readonly extensions?: Extensions;
  /** URL under which an API is reached, without stage and trailing slash. */
  readonly endpointOf: (apiId: string, protocolType: string, region: string) => string;
}

/** Everything about one call except its input and its view of the ledger. */
export interface Call extends Tenant {
  readonly operation: OperationName;
  readonly requestId: string;
  /** The moment of the call, in ms since the epoch. */
  readonly now: number;
  readonly settings: ControlSettings;
}

/** The moment of a call as the service writes it: ISO 8601, UTC, seconds. */
export function timestamp(call: Pick<Call, "now">): string {
  return `${new Date(call.now).toISOString().slice(0, 19)}Z`;
}

export interface ReadOperation<N extends OperationName> {
  readonly kind: "read";
  readonly run: (input: Input<N>, call: Call, reader: Reader) => Promise<Output<N>>;
}

export interface WriteOperation<N extends OperationName> {
  readonly kind: "write";
  readonly run: (input: Input<N>, call: Call, transaction: Transaction) => Promise<Output<N>>;
  /** Input/output that must not happen inside the transaction, such as strict mode's checks. */
  readonly prepare?: (input: Input<N>, call: Call) => Promise<void>;
  /** Whether what it writes starts automatic deployments. Default true; false for tags. */
  readonly deploys?: boolean;
}

export type Operation<N extends OperationName> = ReadOperation<N> | WriteOperation<N>;

/** A family's operations, by name. */
export type OperationTable = { readonly [N in OperationName]?: Operation<N> };

export function read<N extends OperationName>(run: ReadOperation<N>["run"]): ReadOperation<N> {
  return { kind: "read", run };
}

export function write<N extends OperationName>(
  run: WriteOperation<N>["run"],
  options: Omit<WriteOperation<N>, "kind" | "run"> = {},
): WriteOperation<N> {
  return { kind: "write", run, ...options };
}

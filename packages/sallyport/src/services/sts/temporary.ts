import { createHash } from "node:crypto";

import { AwsError } from "../../model/errors.ts";
import { parseArn, partitionOf } from "../../model/arn.ts";
import type { Credentials, Operations } from "../../model/generated/sts.ts";
import { authorize } from "../../protocol/iam/authorize.ts";
import type { Principal } from "../../protocol/principal.ts";
import type { Caller } from "../../protocol/service.ts";
import type { IssuedCredentials, TemporaryCredentials } from "../../protocol/temporary-credentials.ts";
import { isTemporary } from "../../protocol/temporary-credentials.ts";
import { isoSeconds } from "../../protocol/timestamp.ts";

type Input<O extends keyof Operations> = Operations[O]["input"];
type Output<O extends keyof Operations> = Operations[O]["output"];

/** AWS STS API Reference, "GetSessionToken" and "AssumeRole". */
const SESSION_TOKEN_SECONDS = 43_200;
const ROLE_SECONDS = 3600;
const CHAINED_ROLE_MAX_SECONDS = 3600;

const accessDenied = (message: string): AwsError => new AwsError("AccessDenied", 403, message);
const invalid = (message: string): AwsError => new AwsError("ValidationError", 400, message);

/** The same principal under credentials that end. */
export function getSessionToken(
  store: TemporaryCredentials,
  { DurationSeconds: seconds = SESSION_TOKEN_SECONDS, SerialNumber: serial, TokenCode: code }: Input<"GetSessionToken">,
  { principal }: Caller,
): Output<"GetSessionToken"> {
  if (isTemporary(principal.accessKeyId)) throw accessDenied("Cannot call GetSessionToken with session credentials");
  if (serial !== undefined || code !== undefined) throw noDevice();
  return { Credentials: wire(store.issue(principal, seconds)) };
}

/**
 * A session of a role. Roles have no policies and no trust here, so the session may do what its caller may and nothing
 * more, in the caller's own account only; what would narrow it down further is refused rather than ignored. Our choice.
 */
export function assumeRole(
  store: TemporaryCredentials,
  input: Input<"AssumeRole">,
  caller: Caller,
): Output<"AssumeRole"> {
  const { RoleArn: roleArn, RoleSessionName: session, DurationSeconds: seconds = ROLE_SECONDS } = input;
  refuseNarrowing(input);
  const role = roleOf(roleArn, caller);
  authorize(caller, "sts:AssumeRole", roleArn);
  if (isTemporary(caller.principal.accessKeyId) && seconds > CHAINED_ROLE_MAX_SECONDS) {
    throw invalid("The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining");
  }
  const { account, policies } = caller.principal;
  const userId = `${roleId(roleArn)}:${session}`;
  const arn = `arn:${partitionOf(caller.region)}:sts::${account}:assumed-role/${role}/${session}`;
  const principal: Omit<Principal, "accessKeyId"> = { account, policies, userId, arn };
  return {
    Credentials: wire(store.issue(principal, seconds)),
    AssumedRoleUser: { AssumedRoleId: userId, Arn: arn },
    ...(input.SourceIdentity === undefined ? {} : { SourceIdentity: input.SourceIdentity }),
  };
}

const NARROWING = [
  "Policy",
  "PolicyArns",
  "SerialNumber",
  "TokenCode",
  "ProvidedContexts",
  "Tags",
  "TransitiveTagKeys",
] as const;

function refuseNarrowing(input: Input<"AssumeRole">): void {
  const given = NARROWING.find((member) => input[member] !== undefined);
  if (given !== undefined) throw invalid(`Sallyport does not honour ${given} of sts:AssumeRole`);
}

/** The role's name, without its path: that is what the ARN of a session holds (documented). */
function roleOf(roleArn: string, { principal }: Caller): string {
  const arn = parseArn(roleArn);
  const name = arn?.service === "iam" ? /^role\/(?:.*\/)?([\w+=,.@-]{1,64})$/.exec(arn.resource)?.[1] : undefined;
  if (name === undefined) throw invalid(`${roleArn} is invalid`);
  if (arn?.account !== principal.account) {
    throw accessDenied(`User: ${principal.arn} is not authorized to perform: sts:AssumeRole on resource: ${roleArn}`);
  }
  return name;
}

function roleId(roleArn: string): string {
  return `AROA${createHash("sha256").update(roleArn).digest("hex").slice(0, 17).toUpperCase()}`;
}

/** Text observed. */
const noDevice = (): AwsError =>
  accessDenied(
    "MultiFactorAuthentication failed, unable to validate MFA code.  Please verify your MFA serial number is valid and associated with this user.",
  );

function wire({ accessKeyId, secretAccessKey, sessionToken, expiresAt }: IssuedCredentials): Credentials {
  return {
    AccessKeyId: accessKeyId,
    SecretAccessKey: secretAccessKey,
    SessionToken: sessionToken,
    Expiration: isoSeconds(expiresAt),
  };
}

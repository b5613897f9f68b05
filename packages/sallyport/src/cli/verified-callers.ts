import { readFileSync } from "node:fs";
import { ConfigError } from "../config/config.ts";
import type { Authenticated } from "../edge/admin.ts";
import { parseCredentials } from "../protocol/credentials.ts";
import type { PrincipalStore } from "../protocol/principal.ts";
import type { AwsRequest } from "../protocol/service.ts";
import { verifySignature } from "../protocol/sigv4/verify.ts";
import { combinedStore, TemporaryCredentials } from "../protocol/temporary-credentials.ts";

/** Who may sign requests, and what STS hands out to them. */
export interface Principals {
  readonly configured: PrincipalStore;
  readonly temporary: TemporaryCredentials;
}

/** Reads a credentials file. Throws ConfigError naming the file, the field and the rule. */
export async function readPrincipals(file: string): Promise<Principals> {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    throw new ConfigError(`--credentials: ${file} can not be read: ${(error as Error).message}`);
  }
  try {
    return { configured: await parseCredentials(text, file), temporary: new TemporaryCredentials() };
  } catch (error) {
    throw new ConfigError(`--credentials: ${(error as Error).message}`, { cause: error });
  }
}

/** Takes calls with a good signature of one of the principals, and no others. */
export function verifiedCallers({ configured, temporary }: Principals): (request: AwsRequest) => Authenticated {
  const store = combinedStore(configured, temporary);
  return (request) => {
    const { principal, scope, body } = verifySignature(request, store, { now: Date.now() });
    const caller = { principal, account: principal.account, region: scope.region, sourceIp: request.sourceIp };
    return { caller, request: body === request.body ? request : { ...request, body } };
  };
}

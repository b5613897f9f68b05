import { createHash } from "node:crypto";

import { parseArn } from "../model/arn.ts";
import { parsePolicy } from "./iam/policy.ts";
import { PolicyError } from "./iam/policy-error.ts";
import type { PolicyDocument, PrincipalSecret, PrincipalStore } from "./principal.ts";

/** A credentials file that can not be used. The message names the file, the field, the rule and never a secret. */
export class CredentialsError extends Error {
  override readonly name = "CredentialsError";

  constructor(fileName: string, place: string, problem: string, cause?: unknown) {
    super(`${fileName}: ${place === "" ? "" : `${place}: `}${problem}`, cause === undefined ? undefined : { cause });
  }
}

type Fields = Readonly<Record<string, unknown>>;
type Refuse = (member: string, problem: string, cause?: unknown) => CredentialsError;

const MEMBERS = ["accessKeyId", "secretAccessKey", "account", "arn", "userId", "policies"];

/**
 * Reads a credentials file, YAML or JSON: `principals:`, each with `accessKeyId`, `secretAccessKey`, `account` (twelve
 * digits in quotes), `arn`, and optionally `userId` and `policies` (IAM policy documents). Without `policies`
 * everything is allowed; with an empty list nothing is. A misspelt member is refused, since a `policy` that is passed
 * over would allow everything. Throws CredentialsError.
 */
export async function parseCredentials(text: string, fileName: string): Promise<PrincipalStore> {
  const content = await parseYaml(text, fileName);
  if (!isObject(content) || !Array.isArray(content["principals"])) {
    throw new CredentialsError(fileName, "principals", "must be a list of principals");
  }
  const other = Object.keys(content).find((name) => name !== "principals");
  if (other !== undefined) throw new CredentialsError(fileName, other, "unknown member; known: principals");
  const secrets = new Map<string, PrincipalSecret>();
  for (const [index, entry] of (content["principals"] as readonly unknown[]).entries()) {
    const place = `principals[${index}]`;
    if (!isObject(entry)) throw new CredentialsError(fileName, place, "must be an object");
    const secret = parsePrincipal(entry, (member, problem, cause) => {
      return new CredentialsError(fileName, member === "" ? place : `${place}.${member}`, problem, cause);
    });
    const { accessKeyId } = secret.principal;
    if (secrets.has(accessKeyId)) {
      throw new CredentialsError(fileName, `${place}.accessKeyId`, `${accessKeyId} is there twice`);
    }
    secrets.set(accessKeyId, secret);
  }
  if (secrets.size === 0) throw new CredentialsError(fileName, "principals", "must hold at least one principal");
  return { find: (accessKeyId) => secrets.get(accessKeyId) };
}

/** The parser is loaded only here: most starts have no credentials file. Its messages quote lines, secrets and all. */
async function parseYaml(text: string, fileName: string): Promise<unknown> {
  const { parseDocument } = await import("yaml");
  const document = parseDocument(text, { prettyErrors: true });
  const [error] = document.errors;
  if (error) {
    const line = error.linePos?.[0].line;
    throw new CredentialsError(fileName, line === undefined ? "" : `line ${line}`, `is not valid YAML (${error.code})`);
  }
  return document.toJS({ maxAliasCount: 100 }) as unknown;
}

function parsePrincipal(entry: Fields, refuse: Refuse): PrincipalSecret {
  const unknown = Object.keys(entry).find((name) => !MEMBERS.includes(name));
  if (unknown !== undefined) throw refuse(unknown, `unknown member; known: ${MEMBERS.join(", ")}`);
  const accessKeyId = accessKeyIdOf(entry, refuse);
  const secretAccessKey = textOf(entry, "secretAccessKey", refuse);
  const account = accountOf(entry, refuse);
  const arn = arnOf(entry, account, refuse);
  const userId = entry["userId"] === undefined ? defaultUserId(arn, account) : textOf(entry, "userId", refuse);
  return { principal: { accessKeyId, account, arn, userId, policies: policiesOf(entry, refuse) }, secretAccessKey };
}

/** IAM's own have 16 and more (IAM API Reference, "AccessKey"); made-up ones may be shorter. `ASIA` is kept for temporary credentials, which STS hands out. */
function accessKeyIdOf(entry: Fields, refuse: Refuse): string {
  const accessKeyId = textOf(entry, "accessKeyId", refuse);
  if (!/^\w{1,128}$/.test(accessKeyId)) throw refuse("accessKeyId", "must be 1 to 128 letters, digits or _");
  if (accessKeyId.startsWith("ASIA")) throw refuse("accessKeyId", "must not begin with ASIA: such keys are temporary");
  return accessKeyId;
}

/** Without quotes YAML reads a number, and zeros in front are gone. */
function accountOf(entry: Fields, refuse: Refuse): string {
  const account = entry["account"];
  if (typeof account === "number" && !/^\d{12}$/.test(String(account))) {
    throw refuse("account", 'must be twelve digits: write it in quotes, "012345678901"');
  }
  const text = typeof account === "number" ? String(account) : textOf(entry, "account", refuse);
  if (!/^\d{12}$/.test(text)) throw refuse("account", `must be twelve digits, not ${JSON.stringify(text)}`);
  return text;
}

function arnOf(entry: Fields, account: string, refuse: Refuse): string {
  const text = textOf(entry, "arn", refuse);
  const arn = parseArn(text);
  if (!arn || (arn.service !== "iam" && arn.service !== "sts")) {
    throw refuse("arn", `must be the ARN of an IAM or STS principal, not ${JSON.stringify(text)}`);
  }
  if (arn.account !== account) throw refuse("arn", `names the account ${arn.account}, but account is ${account}`);
  return text;
}

function policiesOf(entry: Fields, refuse: Refuse): readonly PolicyDocument[] | undefined {
  const policies = entry["policies"];
  if (policies === undefined) return undefined;
  if (!Array.isArray(policies)) throw refuse("policies", "must be a list of policy documents");
  for (const [index, policy] of (policies as readonly unknown[]).entries()) {
    try {
      parsePolicy(policy as PolicyDocument, `policies[${index}]`);
    } catch (cause) {
      if (!(cause instanceof PolicyError)) throw cause;
      throw refuse(cause.place, cause.message.slice(cause.place.length + 2), cause);
    }
  }
  return policies as readonly PolicyDocument[];
}

function textOf(entry: Fields, member: string, refuse: Refuse): string {
  const value = entry[member];
  if (value === undefined || value === null) throw refuse(member, "is required");
  if (typeof value !== "string" || value === "") throw refuse(member, "must be a text that is not empty");
  return value;
}

/** The root's id is its account; another principal gets one that stays the same as long as its ARN does. Our choice. */
function defaultUserId(arn: string, account: string): string {
  if (arn.endsWith(":root")) return account;
  const digits = createHash("sha256").update(arn).digest("hex").slice(0, 17).toUpperCase();
  return `${/:(?:assumed-)?role\//.test(arn) ? "AROA" : "AIDA"}${digits}`;
}

function isObject(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

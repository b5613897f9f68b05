import { randomUUID } from "node:crypto";
import type { Transaction } from "../../../ledger/ledger.ts";
import { partitionOf } from "../../../model/arn.ts";
import type {
  FunctionAliasDocument,
  FunctionDocument,
  FunctionPolicyDocument,
  FunctionVersionDocument,
  PermissionStatement,
} from "../../../model/function-documents.ts";
import type { AddPermissionRequest } from "../../../model/generated/lambda.ts";
import { keys } from "../../../model/keys.ts";
import { identityStatement } from "../../../functions/hosted/resource-policy.ts";
import { parsePolicy } from "../../../protocol/iam/policy.ts";
import { PolicyError } from "../../../protocol/iam/policy-error.ts";
import { faults, invalidParameter, notFound } from "../faults.ts";
import { found, isVersionNumber } from "../found.ts";
import { arnOf, type NamedFunction, namedFunction } from "../function-name.ts";
import type { Operation, OperationTable } from "../operation.ts";
import { checkRevision } from "./update.ts";

/** AWS Lambda Developer Guide, "Lambda quotas": a function's resource-based policy. */
const MAX_POLICY_BYTES = 20_480;

const addPermission: Operation<"AddPermission"> = async (input, call) => {
  const named = namedFunction(call, input.FunctionName, input.Qualifier);
  if (named.qualifier === "$LATEST") throw faults.latestPolicy();
  const statement = statementOf(input, named);
  await call.world.ledger.transact(async (transaction) => {
    const holder = await holderOf(transaction, named);
    checkRevision(input.RevisionId, holder);
    const key = keys.functionPolicy(named, named.name, named.qualifier);
    const statements = (await transaction.get<FunctionPolicyDocument>(key))?.value.Statements ?? [];
    if (statements.some(({ Sid }) => Sid === statement.Sid)) throw faults.statementExists(statement.Sid);
    const Statements = [...statements, statement];
    const size = Buffer.byteLength(policyText(Statements));
    if (size > MAX_POLICY_BYTES) throw faults.policyLength(size, MAX_POLICY_BYTES);
    await transaction.put(key, { Statements } satisfies FunctionPolicyDocument);
    await holder.touch();
  });
  return { Statement: JSON.stringify(statement) };
};

const removePermission: Operation<"RemovePermission"> = async (input, call) => {
  const named = namedFunction(call, input.FunctionName, input.Qualifier);
  await call.world.ledger.transact(async (transaction) => {
    const holder = await holderOf(transaction, named, (arn) => notFound(`No policy found for: ${arn}`));
    const key = keys.functionPolicy(named, named.name, qualifierOf(named));
    const statements = (await transaction.get<FunctionPolicyDocument>(key))?.value.Statements;
    if (!statements) throw faults.noPolicy();
    const Statements = statements.filter(({ Sid }) => Sid !== input.StatementId);
    if (Statements.length === statements.length) throw faults.statement(input.StatementId);
    checkRevision(input.RevisionId, holder);
    if (Statements.length === 0) await transaction.delete(key);
    else await transaction.put(key, { Statements } satisfies FunctionPolicyDocument);
    await holder.touch();
  });
  return {};
};

const getPolicy: Operation<"GetPolicy"> = async (input, call) => {
  const named = namedFunction(call, input.FunctionName, input.Qualifier);
  const { ledger } = call.world;
  const owner = (await found.function(ledger, named)).value;
  const policy = await ledger.get<FunctionPolicyDocument>(keys.functionPolicy(named, named.name, qualifierOf(named)));
  if (!policy) throw faults.nothing();
  const { qualifier } = named;
  const RevisionId =
    qualifier !== undefined && qualifier !== "$LATEST" && !isVersionNumber(qualifier)
      ? (await found.alias(ledger, named, qualifier)).value.RevisionId
      : (await found.version(ledger, owner, named)).RevisionId;
  return { Policy: policyText(policy.value.Statements), RevisionId };
};

const qualifierOf = ({ qualifier }: NamedFunction): string | undefined =>
  qualifier === "$LATEST" ? undefined : qualifier;

function policyText(Statement: readonly PermissionStatement[]): string {
  return JSON.stringify({ Version: "2012-10-17", Id: "default", Statement });
}

/** What a policy belongs to. It gets a new revision id with every change of the policy. */
interface Holder {
  readonly RevisionId: string;
  readonly touch: () => Promise<void>;
}

async function holderOf(
  transaction: Transaction,
  named: NamedFunction,
  missing: (arn: string) => Error = faults.function,
): Promise<Holder> {
  const { name, qualifier } = named;
  const key = keys.function(named, name);
  const owner = await transaction.get<FunctionDocument>(key);
  if (!owner) throw missing(arnOf({ ...named, qualifier: undefined }));
  const RevisionId = randomUUID();
  if (qualifier === undefined || qualifier === "$LATEST") {
    const { Latest } = owner.value;
    const changed = { ...owner.value, Latest: { ...Latest, RevisionId } };
    return { RevisionId: Latest.RevisionId, touch: () => transaction.put(key, changed) };
  }
  const document = isVersionNumber(qualifier)
    ? await transaction.get<FunctionVersionDocument>(keys.functionVersion(named, name, qualifier))
    : await found.alias(transaction, named, qualifier);
  if (!document) throw faults.function(arnOf(named));
  const { value } = document as { readonly value: FunctionVersionDocument | FunctionAliasDocument };
  return {
    RevisionId: value.RevisionId,
    touch: () => transaction.put(document.key, { ...value, RevisionId }),
  };
}

/** The statement that a call asks for. AWS Lambda API Reference, "AddPermission". */
function statementOf(input: AddPermissionRequest, named: NamedFunction): PermissionStatement {
  const { PrincipalOrgID, SourceAccount, EventSourceToken, FunctionUrlAuthType, SourceArn } = input;
  const equals = {
    ...(FunctionUrlAuthType === undefined ? {} : { "lambda:FunctionUrlAuthType": FunctionUrlAuthType }),
    ...(PrincipalOrgID === undefined ? {} : { "aws:PrincipalOrgID": PrincipalOrgID }),
    ...(SourceAccount === undefined ? {} : { "AWS:SourceAccount": SourceAccount }),
    ...(EventSourceToken === undefined ? {} : { "lambda:EventSourceToken": EventSourceToken }),
  };
  const Condition = {
    ...(Object.keys(equals).length === 0 ? {} : { StringEquals: equals }),
    ...(input.InvokedViaFunctionUrl === undefined
      ? {}
      : { Bool: { "lambda:InvokedViaFunctionUrl": String(input.InvokedViaFunctionUrl) } }),
    ...(SourceArn === undefined ? {} : { ArnLike: { "AWS:SourceArn": SourceArn } }),
  };
  const statement: PermissionStatement = {
    Sid: input.StatementId,
    Effect: "Allow",
    Principal: principalOf(input.Principal, named),
    Action: input.Action,
    Resource: arnOf(named),
    ...(Object.keys(Condition).length === 0 ? {} : { Condition }),
  };
  refuseUseless(statement);
  return statement;
}

/** What could not be evaluated later is refused now. */
function refuseUseless(statement: PermissionStatement): void {
  try {
    parsePolicy({ Version: "2012-10-17", Statement: identityStatement(statement) });
  } catch (error) {
    throw error instanceof PolicyError ? invalidParameter(error.message, error) : error;
  }
}

function principalOf(principal: string, { region }: NamedFunction): PermissionStatement["Principal"] {
  if (principal === "*") return principal;
  if (/^[\w.-]+\.amazonaws\.com(?:\.cn)?$/.test(principal)) return { Service: principal };
  if (/^\d{12}$/.test(principal)) return { AWS: `arn:${partitionOf(region)}:iam::${principal}:root` };
  if (/^arn:aws[a-z-]*:(?:iam|sts):/.test(principal)) return { AWS: principal };
  throw faults.principal();
}

export const permissionOperations: OperationTable = {
  AddPermission: addPermission,
  RemovePermission: removePermission,
  GetPolicy: getPolicy,
};

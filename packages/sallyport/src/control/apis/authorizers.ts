/** Authorizers. API Gateway V2 API Reference, "Authorizer". */
import type { Transaction } from "../../ledger/ledger.ts";
import type { AuthorizerDocument } from "../../model/documents.ts";
import { collections, keys } from "../../model/keys.ts";
import { authorizerFaults } from "../faults.ts";
import { found } from "../found.ts";
import { freshId } from "../ids.ts";
import { type Call, type Input, type OperationTable, read, write } from "../operation.ts";
import { page } from "../paging.ts";
import { compact, patchText, patchValue } from "../patch.ts";
import { type AuthorizerMembers, checkedAuthorizer } from "./authorizer/authorizer-rules.ts";
import { functionArnOf, hasStageVariable } from "./integration/integration-uris.ts";
import { countGone, countNew } from "./resource-count.ts";
import { routesOfAuthorizer } from "./route/route-references.ts";

/** Makes an authorizer. Nothing is written when it throws. Strict mode's checks are `prepareAuthorizer`'s. */
export async function createAuthorizer(
  input: Input<"CreateAuthorizer">,
  call: Call,
  transaction: Transaction,
): Promise<AuthorizerDocument> {
  const { ApiId: apiId } = input;
  const { quotas } = call.settings;
  const api = (await found.api(transaction, call, apiId)).value;
  const members = checkedAuthorizer(api.ProtocolType, membersOf({ Name: "" }, input), quotas);
  await countNew(transaction, apiId, "authorizers", quotas.authorizersPerApi);
  const id = await freshId(transaction, "authorizer", (candidate) => keys.authorizer(apiId, candidate));
  const authorizer: AuthorizerDocument = compact({ ...members, AuthorizerId: id });
  await transaction.put(keys.authorizer(apiId, id), authorizer, { expected: 0 });
  return authorizer;
}

/** Changes an authorizer. Nothing is written when it throws. */
export async function updateAuthorizer(
  input: Input<"UpdateAuthorizer">,
  call: Call,
  transaction: Transaction,
): Promise<AuthorizerDocument> {
  const { ApiId: apiId, AuthorizerId: id } = input;
  const api = (await found.api(transaction, call, apiId)).value;
  const current = (await found.authorizer(transaction, apiId, id)).value;
  const retyped = input.AuthorizerType !== undefined && input.AuthorizerType !== current.AuthorizerType;
  const base = retyped ? { Name: current.Name, IdentitySource: current.IdentitySource } : current;
  const members = checkedAuthorizer(api.ProtocolType, membersOf(base, input), call.settings.quotas);
  if (retyped) await requireUnused(transaction, apiId, current, authorizerFaults.typeInUse);
  const authorizer: AuthorizerDocument = compact({ ...members, AuthorizerId: id });
  await transaction.put(keys.authorizer(apiId, id), authorizer);
  return authorizer;
}

/** Removes an authorizer that no route uses. */
export async function deleteAuthorizer(input: Input<"DeleteAuthorizer">, transaction: Transaction): Promise<void> {
  const { ApiId: apiId, AuthorizerId: id } = input;
  const authorizer = (await found.authorizer(transaction, apiId, id)).value;
  await requireUnused(transaction, apiId, authorizer, authorizerFaults.inUse);
  await transaction.delete(keys.authorizer(apiId, id));
  await countGone(transaction, apiId, "authorizers");
}

/** Strict mode's checks of what a call names. To be called outside of the transaction. */
export async function prepareAuthorizer(input: Partial<AuthorizerMembers>, call: Call): Promise<void> {
  const { references } = call.settings;
  if (!references) return;
  const { AuthorizerUri: uri, AuthorizerCredentialsArn: role, JwtConfiguration: jwt } = input;
  const functionArn = uri && !hasStageVariable(uri) ? functionArnOf(uri) : undefined;
  if (functionArn !== undefined) await references("function", functionArn);
  if (role && !hasStageVariable(role)) await references("role", role);
  if (jwt?.Issuer) await references("issuer", jwt.Issuer);
}

async function requireUnused(
  transaction: Transaction,
  apiId: string,
  { AuthorizerId: id, Name: name }: AuthorizerDocument,
  fault: (name: string, routeKeys: readonly string[]) => Error,
): Promise<void> {
  const routeKeys = await routesOfAuthorizer(transaction, apiId, id);
  if (routeKeys.length > 0) throw fault(name, routeKeys);
}

/** What was there, changed by what was sent. */
function membersOf(current: AuthorizerMembers, input: Partial<AuthorizerMembers>): AuthorizerMembers {
  return {
    Name: patchValue(current.Name, input.Name),
    AuthorizerType: patchValue(current.AuthorizerType, input.AuthorizerType),
    IdentitySource: patchValue(current.IdentitySource, input.IdentitySource),
    AuthorizerUri: patchText(current.AuthorizerUri, input.AuthorizerUri),
    AuthorizerCredentialsArn: patchText(current.AuthorizerCredentialsArn, input.AuthorizerCredentialsArn),
    AuthorizerPayloadFormatVersion: patchText(
      current.AuthorizerPayloadFormatVersion,
      input.AuthorizerPayloadFormatVersion,
    ),
    AuthorizerResultTtlInSeconds: patchValue(current.AuthorizerResultTtlInSeconds, input.AuthorizerResultTtlInSeconds),
    EnableSimpleResponses: patchValue(current.EnableSimpleResponses, input.EnableSimpleResponses),
    IdentityValidationExpression: patchText(current.IdentityValidationExpression, input.IdentityValidationExpression),
    JwtConfiguration: patchValue(current.JwtConfiguration, input.JwtConfiguration),
  };
}

export const authorizerOperations = {
  CreateAuthorizer: write<"CreateAuthorizer">(
    (input, call, transaction) => createAuthorizer(input, call, transaction),
    {
      prepare: prepareAuthorizer,
    },
  ),
  GetAuthorizer: read<"GetAuthorizer">(async ({ ApiId, AuthorizerId }, _, reader) => {
    return (await found.authorizer(reader, ApiId, AuthorizerId)).value;
  }),
  GetAuthorizers: read<"GetAuthorizers">(async (input, _, reader) => {
    const { items, nextToken } = await page<AuthorizerDocument>(reader, collections.authorizers(input.ApiId), input);
    return { Items: items.map((item) => item.value), NextToken: nextToken };
  }),
  UpdateAuthorizer: write<"UpdateAuthorizer">(
    (input, call, transaction) => updateAuthorizer(input, call, transaction),
    {
      prepare: prepareAuthorizer,
    },
  ),
  DeleteAuthorizer: write<"DeleteAuthorizer">(async (input, _, transaction) => {
    await deleteAuthorizer(input, transaction);
    return {};
  }),
} satisfies OperationTable;

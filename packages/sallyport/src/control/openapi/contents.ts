/** Routes, integrations and authorizers of an API, made from a plan and taken away for the next one. */
import type { Transaction } from "../../ledger/ledger.ts";
import type { AuthorizerDocument, IntegrationDocument, RouteDocument } from "../../model/documents.ts";
import { AwsError } from "../../model/errors.ts";
import { collections } from "../../model/keys.ts";
import { createAuthorizer, deleteAuthorizer } from "../apis/authorizers.ts";
import { createIntegration, deleteIntegration } from "../apis/integrations.ts";
import { createRoute, deleteRoute } from "../apis/routes.ts";
import { validateInput } from "../model-rules.ts";
import type { Call } from "../operation.ts";
import { authorizerWarning, type Findings, integrationWarning, routeWarning } from "./plan/findings.ts";
import type { ImportPlan, PlannedAuthorizer, PlannedIntegration, PlannedRoute } from "./plan/planned.ts";
import type { References } from "./strict-references.ts";

/** Refusals of one element; a full quota (429) or a defect concerns the whole import. */
const REFUSALS: ReadonlySet<number> = new Set([400, 404, 409]);

/** Runs `work`; its refusal becomes a warning and undefined. */
export async function attempt<T>(
  findings: Findings,
  warning: (reason: string) => string,
  work: () => Promise<T>,
): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof AwsError) || !REFUSALS.has(error.status)) throw error;
    findings.warn(warning(error.message));
    return undefined;
  }
}

/** Creates what the plan names. What the API refuses is skipped with a warning, and what depends on it for safety too. */
export async function createContents(
  { authorizers, integrations, routes, findings }: ImportPlan,
  apiId: string,
  references: References,
  call: Call,
  transaction: Transaction,
): Promise<void> {
  const authorizerIds = new Map<PlannedAuthorizer, string>();
  for (const planned of authorizers) {
    const input = { ...planned.input, ApiId: apiId };
    const made = await attempt(
      findings,
      (reason) => authorizerWarning(planned.name, reason),
      async () => {
        references.require(planned);
        validateInput("CreateAuthorizer", input);
        return createAuthorizer(input, call, transaction);
      },
    );
    if (made) authorizerIds.set(planned, made.AuthorizerId);
  }
  const integrationIds = new Map<PlannedIntegration, string>();
  for (const planned of integrations) {
    const input = { ...planned.input, ApiId: apiId };
    const made = await attempt(
      findings,
      (reason) => integrationWarning(planned.where, reason),
      async () => {
        references.require(planned);
        validateInput("CreateIntegration", input);
        return createIntegration(input, call, transaction);
      },
    );
    if (made) integrationIds.set(planned, made.IntegrationId);
  }
  for (const planned of routes) {
    const input = routeInput(planned, apiId, integrationIds, authorizerIds);
    // Without its authorizer, CreateRoute refuses the route: observed, and the safe way round.
    await attempt(
      findings,
      (reason) => routeWarning(planned.input.RouteKey, reason),
      async () => {
        validateInput("CreateRoute", input);
        return createRoute(input, call, transaction, { imported: true });
      },
    );
  }
}

/** A route whose integration was refused exists without target and answers 500: our choice. */
function routeInput(
  { input, integration, authorizer }: PlannedRoute,
  apiId: string,
  integrationIds: ReadonlyMap<PlannedIntegration, string>,
  authorizerIds: ReadonlyMap<PlannedAuthorizer, string>,
) {
  const integrationId = integration && integrationIds.get(integration);
  return {
    ...input,
    ApiId: apiId,
    Target: integrationId === undefined ? undefined : `integrations/${integrationId}`,
    AuthorizerId: authorizer && authorizerIds.get(authorizer),
  };
}

/** What quick create made goes as well: a reimport replaces everything. */
export async function deleteContents(apiId: string, transaction: Transaction): Promise<void> {
  const managed = true;
  for (const { value } of await transaction.list<RouteDocument>({ collection: collections.routes(apiId) })) {
    await deleteRoute({ ApiId: apiId, RouteId: value.RouteId }, transaction, { managed });
  }
  for (const { value } of await transaction.list<IntegrationDocument>({
    collection: collections.integrations(apiId),
  })) {
    await deleteIntegration({ ApiId: apiId, IntegrationId: value.IntegrationId }, transaction, { managed });
  }
  for (const { value } of await transaction.list<AuthorizerDocument>({ collection: collections.authorizers(apiId) })) {
    await deleteAuthorizer({ ApiId: apiId, AuthorizerId: value.AuthorizerId }, transaction);
  }
}

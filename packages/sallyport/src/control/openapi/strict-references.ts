/** Strict mode's checks of what an import names in other services, made before the transaction. */
import { AwsError } from "../../model/errors.ts";
import { prepareAuthorizer } from "../apis/authorizers.ts";
import { prepareIntegration } from "../apis/integrations.ts";
import type { Call } from "../operation.ts";
import type { ImportPlan, PlannedAuthorizer, PlannedIntegration } from "./plan/planned.ts";

/** The elements that name something which is not there. */
export class References {
  readonly #refused = new Map<PlannedAuthorizer | PlannedIntegration, AwsError>();

  refuse(element: PlannedAuthorizer | PlannedIntegration, reason: AwsError): void {
    this.#refused.set(element, reason);
  }

  /** Throws when the element was refused. */
  require(element: PlannedAuthorizer | PlannedIntegration): void {
    const reason = this.#refused.get(element);
    if (reason) throw reason;
  }
}

/** Asks as the operations that create the elements would: a bad one is that element's warning, not the import's end. */
export async function checkReferences({ authorizers, integrations }: ImportPlan, call: Call): Promise<References> {
  const references = new References();
  if (call.settings.references === undefined) return references;
  for (const planned of authorizers) {
    await check(references, planned, () => prepareAuthorizer(planned.input, call));
  }
  for (const planned of integrations) {
    await check(references, planned, () => prepareIntegration(planned.input, call));
  }
  return references;
}

async function check(
  references: References,
  element: PlannedAuthorizer | PlannedIntegration,
  work: () => Promise<void>,
): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof AwsError) || error.status >= 500) throw error;
    references.refuse(element, error);
  }
}

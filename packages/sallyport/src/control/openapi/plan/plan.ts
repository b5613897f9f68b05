/** From the nodes of a document to what an import of it will create. Pure: the ledger is not asked. */
import { AwsError } from "../../../model/errors.ts";
import { importFaults } from "../../faults.ts";
import { MalformedNodeError, type NodeMap } from "../node.ts";
import { planApi } from "./api.ts";
import { planAuthorizers } from "./authorizers.ts";
import { type BasePathMode, prefixOf } from "./base-path.ts";
import { planCors } from "./cors.ts";
import { Findings } from "./findings.ts";
import { planIntegrations } from "./integrations.ts";
import type { ImportPlan } from "./planned.ts";
import { planRoutes } from "./routes.ts";

/** Throws an AwsError where the document as a whole can not be used. */
export function planOf(root: NodeMap, mode: BasePathMode): ImportPlan {
  try {
    const findings = new Findings();
    const authorizers = planAuthorizers(root, findings);
    const integrations = planIntegrations(root, findings);
    const routes = planRoutes({ root, prefix: prefixOf(root, mode), authorizers, integrations, findings });
    return {
      api: planApi(root, findings),
      cors: planCors(root, findings),
      authorizers: [...authorizers.values()],
      integrations: integrations.all(),
      routes,
      findings,
    };
  } catch (error) {
    if (error instanceof AwsError) throw error;
    if (error instanceof MalformedNodeError) throw importFaults.invalid(error.message, error);
    throw error;
  }
}

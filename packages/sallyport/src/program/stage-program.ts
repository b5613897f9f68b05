import type { GatewayServices } from "./services.ts";
import type { Document, Revision } from "../ledger/ledger.ts";
import type { StageDocument } from "../model/documents.ts";
import type { BoundRoute } from "./binding/bound-route.ts";
import { bindRoute } from "./binding/bound-route.ts";
import { CorsPolicy } from "./cors-policy.ts";
import type { DeployedRoute, Snapshot } from "./snapshot.ts";
import { StageSettings } from "./settings/stage-settings.ts";

/**
 * What a stage runs: the API as deployed there, and the stage's own settings as they are now. Immutable to the eye; a
 * route is bound at its first request and stays bound, so that deploying does not cost the number of routes.
 */
export class StageProgram {
  readonly stage: StageDocument;
  /** Revision of the stage's document. */
  readonly revision: Revision;
  readonly snapshot: Snapshot;
  readonly variables: Readonly<Record<string, string>>;
  /** The default endpoint is turned off in this deployment. */
  readonly executeApiDisabled: boolean;
  readonly cors: CorsPolicy | undefined;
  readonly settings: StageSettings;
  readonly #services: GatewayServices;
  readonly #bound = new Map<DeployedRoute, BoundRoute>();

  constructor(stage: Document<StageDocument>, snapshot: Snapshot, services: GatewayServices) {
    this.stage = stage.value;
    this.revision = stage.revision;
    this.snapshot = snapshot;
    this.variables = stage.value.StageVariables ?? {};
    this.executeApiDisabled = snapshot.api.DisableExecuteApiEndpoint === true;
    const { CorsConfiguration } = snapshot.api;
    this.cors = CorsConfiguration && new CorsPolicy(CorsConfiguration);
    this.settings = new StageSettings(snapshot.api, stage.value, services);
    this.#services = services;
  }

  /** The route ready to run. */
  bound(route: DeployedRoute): BoundRoute {
    const known = this.#bound.get(route);
    if (known) return known;
    const bound = bindRoute(route, this.snapshot, this.variables, this.#services, this.stage.StageName);
    this.#bound.set(route, bound);
    return bound;
  }
}

import type { GatewayServices } from "./services.ts";
import type { Document, Ledger, Revision } from "../ledger/ledger.ts";
import type { ApiDocument, DeploymentDocument, StageDocument } from "../model/documents.ts";
import { keys } from "../model/keys.ts";
import type { ApiProgram } from "./api-program.ts";
import type { Snapshot } from "./snapshot.ts";
import { readSnapshot } from "./snapshot-reader.ts";
import { StageProgram } from "./stage-program.ts";

/** Reads an API's stages and compiles what they have deployed, reusing what an earlier program has of it. */
export class Compiler {
  readonly #ledger: Ledger;
  readonly #services: GatewayServices;

  constructor(ledger: Ledger, services: GatewayServices) {
    this.#ledger = ledger;
    this.#services = services;
  }

  /** Undefined when there is no such API. Everything is read as of one revision. */
  async compile(apiId: string, previous: ApiProgram | undefined): Promise<ApiProgram | undefined> {
    const at = await this.#ledger.revision();
    const api = await this.#ledger.get<ApiDocument>(keys.api(apiId), at);
    if (!api) {
      this.#services.metrics?.forget(apiId);
      return undefined;
    }
    const stages = new Map<string, StageProgram | undefined>();
    const snapshots = new SnapshotPool(this.#ledger, apiId, previous);
    for (const stage of await this.#ledger.list<StageDocument>({ prefix: `apis/${apiId}/stages/`, at })) {
      const name = stage.value.StageName;
      const snapshot = await this.#deployed(stage.value, apiId, at, snapshots);
      stages.set(name, snapshot && this.#program(stage, snapshot, previous?.stages.get(name)));
    }
    return { api: api.value, stages, weight: snapshots.weight };
  }

  async #deployed(
    stage: StageDocument,
    apiId: string,
    at: Revision,
    snapshots: SnapshotPool,
  ): Promise<Snapshot | undefined> {
    if (stage.DeploymentId === undefined) return undefined;
    const deployment = await this.#ledger.get<DeploymentDocument>(keys.deployment(apiId, stage.DeploymentId), at);
    return deployment && snapshots.at(deployment.value.Revision);
  }

  /** A stage that did not change keeps its program with all that is bound in it. */
  #program(stage: Document<StageDocument>, snapshot: Snapshot, old: StageProgram | undefined): StageProgram {
    const same = old?.revision === stage.revision && old.snapshot === snapshot;
    return same ? old : new StageProgram(stage, snapshot, this.#services);
  }
}

/** The snapshots of one API while it is compiled: those it has, and those it still needs, made from the nearest. */
class SnapshotPool {
  readonly #ledger: Ledger;
  readonly #apiId: string;
  readonly #known = new Map<Revision, Snapshot>();
  readonly #used = new Set<Snapshot>();

  constructor(ledger: Ledger, apiId: string, previous: ApiProgram | undefined) {
    this.#ledger = ledger;
    this.#apiId = apiId;
    for (const stage of previous?.stages.values() ?? []) {
      if (stage) this.#known.set(stage.snapshot.revision, stage.snapshot);
    }
  }

  get weight(): number {
    let routes = 1;
    for (const snapshot of this.#used) routes += snapshot.routeCount;
    return routes;
  }

  async at(revision: Revision): Promise<Snapshot | undefined> {
    const known = this.#known.get(revision);
    const snapshot = known ?? (await readSnapshot(this.#ledger, this.#apiId, revision, this.#nearest(revision)));
    if (!snapshot) return undefined;
    this.#known.set(revision, snapshot);
    this.#used.add(snapshot);
    return snapshot;
  }

  #nearest(revision: Revision): Snapshot | undefined {
    let nearest: Snapshot | undefined;
    for (const snapshot of this.#known.values()) {
      const distance = Math.abs(snapshot.revision - revision);
      if (!nearest || distance < Math.abs(nearest.revision - revision)) nearest = snapshot;
    }
    return nearest;
  }
}

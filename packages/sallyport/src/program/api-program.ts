import type { ApiDocument } from "../model/documents.ts";
import type { StageProgram } from "./stage-program.ts";

/** An API with the programs of its stages, as of one revision of the ledger. Immutable. */
export interface ApiProgram {
  readonly api: ApiDocument;
  /** By name. A stage without deployment has no program: it is there, and answers 404. */
  readonly stages: ReadonlyMap<string, StageProgram | undefined>;
  /** Roughly how much memory it takes, in routes. */
  readonly weight: number;
}

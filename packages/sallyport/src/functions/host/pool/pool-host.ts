import type { FunctionDefinition } from "../../function-host.ts";
import type { HostSettings } from "../host-options.ts";
import type { Preparation } from "./preparation.ts";

/** What a pool needs of the host that it is part of. */
export interface PoolHost {
  readonly settings: HostSettings;
  /** Where processes get their private folders. */
  readonly folder: string;
  /** A place for one more process, which is starting; false: there is none now. */
  take(): boolean;
  /** The process that was starting is ready, or has failed. */
  started(): void;
  /** The place is free again. */
  release(): void;
  prepare(definition: FunctionDefinition): Promise<Preparation>;
}

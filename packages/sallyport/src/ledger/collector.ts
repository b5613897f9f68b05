import { checkRevision } from "./keyspace.ts";
import { DEFAULT_RETAINED_REVISIONS, type CollectOptions, type Revision } from "./ledger.ts";
import type { Superseded } from "./store.ts";
import type { Writer } from "./writer.ts";

/** Superseded versions looked at in one transaction: other writers get their turn in between. */
const STEP_VERSIONS = 1000;

/**
 * Removes history that nobody needs. A version that is no longer current at the horizon stays only while a pin counts
 * that points between its beginning and its end; a pin counts while the version it was written with is current or in
 * retained history. Pins held by versions which are themselves kept by a pin only do not count: otherwise every
 * deployment would keep all the deployments before it. Our choice.
 */
export async function collect(writer: Writer, options: CollectOptions = {}): Promise<number> {
  const retain = options.retain ?? DEFAULT_RETAINED_REVISIONS;
  checkRevision(retain, "`retain`");
  const horizon = await moveHorizon(writer, retain);
  let removed = 0;
  let after: Superseded | undefined = { until: 0, key: "", revision: 0 };
  while (after !== undefined) {
    const step = await collectStep(writer, horizon, after);
    removed += step.removed;
    after = step.last;
  }
  return removed;
}

/** First of all: from the horizon's commit on, nobody reads what is about to go, nor pins it. */
function moveHorizon(writer: Writer, retain: number): Promise<Revision> {
  return writer.alone(async (session) => {
    const { revision, horizon } = session.before;
    const moved = Math.max(horizon, revision - retain);
    if (moved > horizon) await session.commit({ revision, horizon: moved });
    return moved;
  });
}

function collectStep(writer: Writer, horizon: Revision, after: Superseded) {
  return writer.alone(async (session) => {
    const step = await session.collect(horizon, after, STEP_VERSIONS);
    if (step.removed > 0) await session.commit(session.before);
    return step;
  });
}

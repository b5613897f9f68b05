/** Strict mode: whether the things of other services that a definition names are there. */
import { authorizerFaults, serviceFaults } from "../control/faults.ts";
import type { ReferenceCheck } from "../control/operation.ts";

/** The real service's limit for a discovery request: API Gateway Developer Guide, "Quotas", JWT authorizers. */
const DISCOVERY_TIMEOUT_MS = 1500;
const MAXIMUM_DISCOVERY_BYTES = 150_000;

/**
 * Issuers are asked for their discovery document. No other kind can be looked up by this version: in strict mode they
 * are refused, since taking them unchecked would be what strict mode is there to prevent.
 */
export function strictReferences(): ReferenceCheck {
  return async (kind, name) => {
    if (kind === "issuer") return discover(name);
    throw serviceFaults.reference(
      kind,
      name,
      `--strict-references is on and this version can not look up a ${kind}. Start without --strict-references to take it unchecked`,
    );
  };
}

async function discover(issuer: string): Promise<void> {
  const url = `${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`;
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(DISCOVERY_TIMEOUT_MS), redirect: "error" });
    if (!answer.ok) throw new Error(`status ${answer.status}`);
    const text = await boundedText(answer);
    const { jwks_uri: keys } = JSON.parse(text) as { jwks_uri?: unknown };
    if (typeof keys !== "string") throw new Error("the discovery document names no jwks_uri");
  } catch (error) {
    throw authorizerFaults.discovery(issuer, (error as Error).message);
  }
}

async function boundedText(answer: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of answer.body ?? []) {
    size += chunk.byteLength;
    if (size > MAXIMUM_DISCOVERY_BYTES)
      throw new Error(`the discovery document is larger than ${MAXIMUM_DISCOVERY_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

/** What an import has to say. Source: API Gateway Developer Guide, "Use OpenAPI definitions for HTTP APIs". */
import { importFaults } from "../../faults.ts";

/** So many findings of a kind are told; a document of megabytes may have any number. Our choice. */
const TOLD = 500;

export class Findings {
  readonly #infos: string[] = [];
  readonly #warnings: string[] = [];

  /** Valid OpenAPI that HTTP APIs have no use for. */
  info(text: string): void {
    this.#infos.push(text);
  }

  /** Something that could not be honoured; the rest of the document still can. */
  warn(text: string): void {
    this.#warnings.push(text);
  }

  /** For the answer's `ImportInfo`; undefined when there is nothing to say. */
  get importInfo(): readonly string[] | undefined {
    return told(this.#infos);
  }

  get warnings(): readonly string[] | undefined {
    return told(this.#warnings);
  }

  /** `failOnWarnings`: the first warning is one too many. */
  requireNoWarnings(): void {
    const { warnings } = this;
    if (warnings) throw importFaults.warnings(warnings);
  }
}

function told(findings: readonly string[]): readonly string[] | undefined {
  if (findings.length === 0) return undefined;
  if (findings.length <= TOLD) return findings;
  return [...findings.slice(0, TOLD), `${findings.length - TOLD} more findings of this kind`];
}

/** Observed text of the real service. */
export const MALFORMED_CORS = "CORS Scheme is malformed, ignoring.";

/** (U) wording. */
export function tagWarning(name: string): string {
  return `Tag '${name}' is malformed, ignoring.`;
}

/** Observed text of the real service. */
export function authorizerWarning(name: string, reason: string): string {
  return `Unable to create Authorizer '${name}': ${reason}`;
}

/** (U) wording, after the observed one for authorizers. */
export function integrationWarning(where: string, reason: string): string {
  return `Unable to create Integration for ${where}: ${reason}`;
}

/** (U) wording, after the observed one for authorizers. */
export function routeWarning(key: string, reason: string): string {
  return `Unable to create Route '${key}': ${reason}`;
}

/** (U) wording. */
export function unsupported(attribute: string): string {
  return `Attribute ${attribute} is not supported for HTTP APIs, ignoring.`;
}

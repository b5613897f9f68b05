import { apiFaults } from "../faults.ts";

/** How the functions of this family are called from within the control plane. */
export interface ManagedOptions {
  /**
   * Quick create's doing: what is made is marked as managed by API Gateway, and what is so marked may be changed in
   * every respect and deleted. Default: false.
   */
  readonly managed?: boolean;
}

/** Throws when the document is managed and the caller may not touch that of it. `what`: past participle. */
export function requireUnmanaged(
  document: { readonly ApiGatewayManaged?: boolean },
  options: ManagedOptions,
  what: string,
): void {
  if (document.ApiGatewayManaged && !options.managed) throw apiFaults.managed(what);
}

/** Why every request to a route fails. */
export interface RouteFault {
  /** Member of the route, its authorizer or its integration that is the cause. */
  readonly field: string;
  readonly rule: string;
  readonly remedy: string;
  /** The step of the pipeline that it keeps from running. Default: the call of the integration. */
  readonly step?: "authorize";
}

/** A member whose value is valid but cannot be honoured: the route stays closed, nothing is skipped. */
export function unsupported(field: string, value: string): RouteFault {
  return { field, rule: `${value} is not supported by this version`, remedy: "remove it, or use a later version" };
}

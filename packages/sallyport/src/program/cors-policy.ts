import type { Cors } from "../model/generated/apigatewayv2.ts";

/**
 * An API's CORS configuration, its header values ready. "Configuring CORS for an HTTP API"; spacing and case of the
 * joined lists are unverified.
 */
export class CorsPolicy {
  readonly allowCredentials: boolean;
  readonly allowMethods: string | undefined;
  readonly allowHeaders: string | undefined;
  readonly exposeHeaders: string | undefined;
  readonly maxAge: string | undefined;
  readonly #origins: ReadonlySet<string>;

  constructor(configuration: Cors) {
    const { AllowCredentials, AllowHeaders, AllowMethods, AllowOrigins, ExposeHeaders, MaxAge } = configuration;
    this.allowCredentials = AllowCredentials === true;
    this.allowMethods = joined(AllowMethods);
    this.allowHeaders = joined(AllowHeaders)?.toLowerCase();
    this.exposeHeaders = joined(ExposeHeaders);
    this.maxAge = MaxAge === undefined ? undefined : String(MaxAge);
    this.#origins = new Set(AllowOrigins?.map((origin) => origin.toLowerCase()));
  }

  /**
   * The value of `access-control-allow-origin` for a request from `origin`; undefined when it is not allowed. `*` is
   * answered with `*` (unverified). Scheme and host compare without regard to case (unverified).
   */
  allowedOrigin(origin: string): string | undefined {
    if (this.#origins.has("*")) return "*";
    const lower = origin.toLowerCase();
    if (this.#origins.has(lower)) return origin;
    const scheme = lower.startsWith("https://") ? "https://*" : lower.startsWith("http://") ? "http://*" : undefined;
    return scheme !== undefined && this.#origins.has(scheme) ? origin : undefined;
  }
}

function joined(values: readonly string[] | undefined): string | undefined {
  return values === undefined || values.length === 0 ? undefined : values.join(",");
}

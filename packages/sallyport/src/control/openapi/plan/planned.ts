/** What an import will create, as inputs of the operations that create it. */
import type { Input } from "../../operation.ts";
import type { Findings } from "./findings.ts";

/** The members of the API itself; CORS is apart because it may fail on its own. */
export type PlannedApi = Pick<
  Input<"CreateApi">,
  "Name" | "Description" | "Version" | "DisableExecuteApiEndpoint" | "IpAddressType" | "Tags"
>;
export type PlannedCors = NonNullable<Input<"CreateApi">["CorsConfiguration"]>;

export interface PlannedAuthorizer {
  /** Name of the security scheme. */
  readonly name: string;
  readonly input: Omit<Input<"CreateAuthorizer">, "ApiId">;
}

export interface PlannedIntegration {
  /** Where it is used or defined, for findings. */
  readonly where: string;
  readonly input: Omit<Input<"CreateIntegration">, "ApiId">;
}

export interface PlannedRoute {
  readonly integration: PlannedIntegration | undefined;
  readonly authorizer: PlannedAuthorizer | undefined;
  /** Without the ids that only exist once the integration and the authorizer do. */
  readonly input: Omit<Input<"CreateRoute">, "ApiId" | "Target" | "AuthorizerId">;
}

/** Everything that an import will create. */
export interface ImportPlan {
  readonly api: PlannedApi;
  readonly cors: PlannedCors | undefined;
  readonly authorizers: readonly PlannedAuthorizer[];
  readonly integrations: readonly PlannedIntegration[];
  readonly routes: readonly PlannedRoute[];
  /** What the document alone shows; carrying the plan out may add warnings. */
  readonly findings: Findings;
}

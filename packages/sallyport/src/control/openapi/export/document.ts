/**
 * An API as an OpenAPI 3.0 document. Importing it recreates the API. Sources: API Gateway Developer Guide, "Exporting an
 * HTTP API from API Gateway"; the shape and the texts were observed in published exports.
 */
import { exportedIntegrations } from "./integrations.ts";
import { exportedPaths, exportOrder } from "./paths.ts";
import { exportedSecurity } from "./security.ts";
import type { ApiSnapshot } from "./snapshot.ts";
import { INTEGRATIONS } from "../plan/integrations.ts";
import { nonEmpty } from "../../patch.ts";
import type { ApiDocument } from "../../../model/documents.ts";

const EXTENSION = "x-amazon-apigateway-";

export interface ExportOptions {
  /** URL of the API without stage and trailing slash. */
  readonly endpoint: string;
  /** Default of the server variable `basePath`. */
  readonly basePath: string;
  /** Whether `x-amazon-apigateway-*` members are written. */
  readonly extensions: boolean;
}

/** Plain nodes, ready to be written as JSON or YAML. */
export function exportedDocument(snapshot: ApiSnapshot, options: ExportOptions): object {
  const { api, authorizers } = snapshot;
  const routes = exportOrder(snapshot.routes);
  const integrations = exportedIntegrations(routes, snapshot.integrations);
  const security = exportedSecurity(authorizers);
  const document = defined({
    openapi: "3.0.1",
    info: { title: api.Name, description: api.Description, version: api.Version ?? creationTime(api) },
    servers: [server(api, options)],
    tags: exportedTags(api),
    paths: exportedPaths(routes, integrations, security),
    components: { securitySchemes: security.schemes, [INTEGRATIONS]: integrations.components },
    [`${EXTENSION}cors`]: exportedCors(api),
    [`${EXTENSION}importexport-version`]: "1.0",
  }) as Readonly<Record<string, object>>;
  const { components, ...others } = options.extensions ? document : withoutExtensions(document);
  return nonEmpty(components) ? { ...others, components } : others;
}

function server(api: ApiDocument, { endpoint, basePath }: ExportOptions): object {
  const configuration = nonEmpty(
    defined({
      disableExecuteApiEndpoint: api.DisableExecuteApiEndpoint === true ? true : undefined,
      ipAddressType: api.IpAddressType === "dualstack" ? api.IpAddressType : undefined,
    }) as object,
  );
  return {
    url: `${endpoint}/{basePath}`,
    variables: { basePath: { default: basePath } },
    [`${EXTENSION}endpoint-configuration`]: configuration,
  };
}

/** Observed form: `2026-01-31 12:34:56UTC`. */
function creationTime({ CreatedDate: created = "" }: ApiDocument): string {
  return created.replace("T", " ").replace(/Z$/, "UTC");
}

function exportedTags({ Tags: tags = {} }: ApiDocument): readonly object[] | undefined {
  const list = Object.entries(tags).map(([name, value]) => ({ name, [`${EXTENSION}tag-value`]: value }));
  return list.length === 0 ? undefined : list;
}

function exportedCors({ CorsConfiguration: cors }: ApiDocument): object | undefined {
  return (
    cors && {
      allowMethods: cors.AllowMethods,
      allowHeaders: cors.AllowHeaders,
      exposeHeaders: cors.ExposeHeaders,
      maxAge: cors.MaxAge,
      allowCredentials: cors.AllowCredentials,
      allowOrigins: cors.AllowOrigins,
    }
  );
}

/** Without the members that are undefined: YAML would write them as null. The document is as deep as its code. */
function defined(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(defined);
  if (typeof node !== "object" || node === null) return node;
  const members = Object.entries(node).filter(([, value]) => value !== undefined);
  return Object.fromEntries(members.map(([name, value]) => [name, defined(value)]));
}

/** OpenAPI has no `ANY` and no default route: what is left of a path may be nothing. */
function withoutExtensions(document: Readonly<Record<string, object>>): Readonly<Record<string, object>> {
  const { paths = {}, ...others } = document;
  const items = Object.entries(strip(paths) as Readonly<Record<string, object>>);
  const served = items.filter(([, item]) => Object.keys(item).some((name) => name !== "parameters"));
  return { ...(strip(others) as Readonly<Record<string, object>>), paths: Object.fromEntries(served) };
}

function strip(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(strip);
  if (typeof node !== "object" || node === null) return node;
  const members = Object.entries(node).filter(([name]) => !name.startsWith(EXTENSION));
  return Object.fromEntries(members.map(([name, value]) => [name, strip(value)]));
}

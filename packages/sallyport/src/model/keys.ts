/**
 * Where each definition lives in the ledger. Everything of an API shares the scope `apis/{apiId}`, so that a deployment
 * can pin one API's history. API ids are unique in the installation; the account and region that own an API are in its
 * document, and the listing of an owner's APIs is a collection.
 */

/** Percent-encodes what would break a key apart: `/` and `%`. */
function segment(text: string): string {
  return text.replace(/[%/]/g, (character) => (character === "/" ? "%2F" : "%25"));
}

/** The account and region whose resources are meant. */
export interface Tenant {
  readonly account: string;
  readonly region: string;
}

const tenant = ({ account, region }: Tenant): string => `tenants/${account}:${region}`;
/** Functions and layers are named within an account and a region. */
const owned = (kind: "functions" | "layers", { account, region }: Tenant, name: string): string =>
  `${kind}/${region}:${account}:${segment(name)}`;
const child = (family: string) => (apiId: string, id: string) => `apis/${apiId}/${family}/${segment(id)}`;
const collection = (family: string) => (apiId: string) => `apis/${apiId}/${family}`;

export const keys = {
  api: (apiId: string) => `apis/${segment(apiId)}`,
  /** Prefix of everything that belongs to an API, the API's own document excepted. */
  apiContents: (apiId: string) => `apis/${apiId}/`,
  route: child("routes"),
  /** Uniqueness of route keys: one document `{ RouteId }` a key. */
  routeKey: child("routekeys"),
  /** One document a route with a variable at that level: `{ Variable, RouteKey }`. See route-conflicts.ts. */
  routeLevel: (apiId: string, level: string, routeId: string) =>
    `apis/${apiId}/routelevels/${segment(level)}/${routeId}`,
  routeResponse: (apiId: string, routeId: string, id: string) => `apis/${apiId}/routes/${routeId}/routeresponses/${id}`,
  integration: child("integrations"),
  /** One empty document a route that targets the integration. */
  integrationUse: (apiId: string, integrationId: string, routeId: string) =>
    `apis/${apiId}/integrationuses/${segment(integrationId)}/${routeId}`,
  integrationResponse: (apiId: string, integrationId: string, id: string) =>
    `apis/${apiId}/integrations/${integrationId}/integrationresponses/${id}`,
  authorizer: child("authorizers"),
  authorizerUse: (apiId: string, authorizerId: string, routeId: string) =>
    `apis/${apiId}/authorizeruses/${segment(authorizerId)}/${routeId}`,
  model: child("models"),
  modelName: child("modelnames"),
  stage: child("stages"),
  deployment: child("deployments"),
  /** The ids of an API's automatic deployments, oldest first: `{ Ids }`. */
  automaticDeployments: (apiId: string) => `apis/${apiId}/automaticdeployments`,
  /** Written by ResetAuthorizersCache: authorizer caches drop what is older than this document. */
  authorizerCacheReset: child("authorizercacheresets"),
  /**
   * One document a mapping that names the API: `{ DomainName, Region, ApiMappingId, Stage }`. Mapping ids are unique
   * within their domain name only.
   */
  apiUse: (apiId: string, domainName: string, apiMappingId: string) =>
    `apis/${apiId}/mappinguses/${segment(domainName)}:${apiMappingId}`,
  domainName: (region: string, name: string) => `domainnames/${region}/${segment(name)}`,
  /** Prefix of everything that belongs to a domain name, its own document excepted. */
  domainNameContents: (region: string, name: string) => `domainnames/${region}/${segment(name)}/`,
  /**
   * Who answers to a host name (`*.example.com` for a wildcard): `{ DomainName, Region, Account }`, one document a
   * region. A request's domain name is found under `hosts(host)`, or else under `hosts("*." + what follows the first dot)`.
   */
  host: (name: string, region: string) => `hosts/${segment(name)}/${region}`,
  /** Prefix of the `host` documents of one host name. */
  hosts: (name: string) => `hosts/${segment(name)}/`,
  apiMapping: (region: string, name: string, id: string) => `domainnames/${region}/${segment(name)}/apimappings/${id}`,
  apiMappingKey: (region: string, name: string, mappingKey: string) =>
    `domainnames/${region}/${segment(name)}/apimappingkeys/${segment(mappingKey) || "%"}`,
  routingRule: (region: string, name: string, id: string) =>
    `domainnames/${region}/${segment(name)}/routingrules/${id}`,
  routingRulePriority: (region: string, name: string, priority: number) =>
    `domainnames/${region}/${segment(name)}/routingrulepriorities/${priority}`,
  /** How many documents a collection holds, where a quota asks for it: `{ Count }`. */
  count: (ofCollection: string) => `${ofCollection}#count`,
  /** Ids of the VPC links whose deletion was asked for: `{ Ids }`. */
  deletedVpcLinks: (owner: Tenant) => `${tenant(owner)}/vpclinks#deleted`,
  /** What API Gateway v1's UpdateAccount sets for an account in a region. */
  accountSettings: (owner: Tenant) => `${tenant(owner)}/accountsettings`,
  vpcLink: (vpcLinkId: string) => `vpclinks/${segment(vpcLinkId)}`,
  /** One document an integration that uses the link: `{ ApiId, IntegrationId }`. */
  vpcLinkUse: (vpcLinkId: string, apiId: string, integrationId: string) =>
    `vpclinks/${segment(vpcLinkId)}/uses/${apiId}:${integrationId}`,
  /** A Lambda function that is hosted here, its unpublished version included. */
  function: (owner: Tenant, name: string) => owned("functions", owner, name),
  /** Prefix of everything that belongs to a function, its own document excepted. */
  functionContents: (owner: Tenant, name: string) => `${owned("functions", owner, name)}/`,
  functionVersion: (owner: Tenant, name: string, version: string) =>
    `${owned("functions", owner, name)}/versions/${segment(version)}`,
  functionAlias: (owner: Tenant, name: string, alias: string) =>
    `${owned("functions", owner, name)}/aliases/${segment(alias)}`,
  /** The resource policy of a function, or of one of its versions or aliases. */
  functionPolicy: (owner: Tenant, name: string, qualifier: string | undefined) =>
    `${owned("functions", owner, name)}/policies/${segment(qualifier ?? "$LATEST")}`,
  layer: (owner: Tenant, name: string) => owned("layers", owner, name),
  layerVersion: (owner: Tenant, name: string, version: number) => `${owned("layers", owner, name)}/versions/${version}`,
};

/** Names of listings in creation order. */
export const collections = {
  apis: (owner: Tenant) => `${tenant(owner)}/apis`,
  domainNames: (owner: Tenant) => `${tenant(owner)}/domainnames`,
  vpcLinks: (owner: Tenant) => `${tenant(owner)}/vpclinks`,
  routes: collection("routes"),
  routeLevel: (apiId: string, level: string) => `apis/${apiId}/routelevels/${segment(level)}`,
  routeResponses: (apiId: string, routeId: string) => `apis/${apiId}/routes/${routeId}/routeresponses`,
  integrations: collection("integrations"),
  integrationResponses: (apiId: string, integrationId: string) =>
    `apis/${apiId}/integrations/${integrationId}/integrationresponses`,
  integrationUses: (apiId: string, integrationId: string) => `apis/${apiId}/integrationuses/${segment(integrationId)}`,
  authorizers: collection("authorizers"),
  authorizerUses: (apiId: string, authorizerId: string) => `apis/${apiId}/authorizeruses/${segment(authorizerId)}`,
  models: collection("models"),
  stages: collection("stages"),
  deployments: collection("deployments"),
  /** `host` documents whose names end in this domain, one label in front of it. */
  hostsUnder: (domain: string) => `hostsunder/${segment(domain) || "%"}`,
  apiUses: (apiId: string) => `apis/${apiId}/mappinguses`,
  apiMappings: (region: string, name: string) => `domainnames/${region}/${segment(name)}/apimappings`,
  /** Mapping keys with a `/`: only counted. */
  multiLevelKeys: (region: string, name: string) => `domainnames/${region}/${segment(name)}/multilevelkeys`,
  routingRules: (region: string, name: string) => `domainnames/${region}/${segment(name)}/routingrules`,
  vpcLinkUses: (vpcLinkId: string) => `vpclinks/${segment(vpcLinkId)}/uses`,
  functions: (owner: Tenant) => `${tenant(owner)}/functions`,
  functionVersions: (owner: Tenant, name: string) => `${owned("functions", owner, name)}/versions`,
  functionAliases: (owner: Tenant, name: string) => `${owned("functions", owner, name)}/aliases`,
  layers: (owner: Tenant) => `${tenant(owner)}/layers`,
  /** Layers all of whose versions are gone: their numbers are not given again. */
  emptyLayers: (owner: Tenant) => `${tenant(owner)}/layers#empty`,
  layerVersions: (owner: Tenant, name: string) => `${owned("layers", owner, name)}/versions`,
};

export type ApiChild = { readonly apiId: string; readonly family: string; readonly id: string };

/** Takes a key under `apis/` apart: `apis/{apiId}[/{family}/{id}[/…]]`. */
export function parseApiKey(key: string): { apiId: string; family?: string; id?: string } | undefined {
  const parts = key.split("/");
  if (parts[0] !== "apis" || !parts[1]) return undefined;
  const id = parts[3]?.replace(/%(2F|25)/g, (_, code: string) => (code === "2F" ? "/" : "%"));
  return { apiId: parts[1], family: parts[2], id };
}

/** Takes a key under `functions/` apart. */
export function parseFunctionKey(key: string): (Tenant & { name: string; whole: boolean }) | undefined {
  const match = /^functions\/([^:/]+):(\d{12}):([^/]+)(\/.*)?$/s.exec(key);
  if (!match) return undefined;
  const [, region = "", account = "", name = "", rest] = match;
  return { region, account, name, whole: rest === undefined };
}

import type { Ledger, Write } from "../../src/ledger/ledger.ts";
import { keys } from "../../src/model/keys.ts";

/** An API written into the ledger by hand, as the control plane would store it. */
export interface SeedApi {
  readonly apiId?: string;
  readonly api?: object;
  /** Route key -> integration name, or members of the route. */
  readonly routes: Readonly<Record<string, string | object>>;
  /** Name (and id) -> members. */
  readonly integrations?: Readonly<Record<string, object>>;
  /** Id -> members. */
  readonly authorizers?: Readonly<Record<string, object>>;
  /** Stage name -> members. Default: `$default` alone. */
  readonly stages?: Readonly<Record<string, object>>;
}

export const API_ID = "a1b2c3d4e5";

export const apiDocument = (apiId: string, members: object = {}): object => ({
  ApiId: apiId,
  Name: "test",
  ProtocolType: "HTTP",
  RouteSelectionExpression: "$request.method $request.path",
  Account: "111122223333",
  Region: "us-east-1",
  ...members,
});

export const httpProxy = (uri: string, members: object = {}): object => ({
  IntegrationType: "HTTP_PROXY",
  IntegrationMethod: "ANY",
  IntegrationUri: uri,
  ConnectionType: "INTERNET",
  PayloadFormatVersion: "1.0",
  TimeoutInMillis: 5_000,
  ...members,
});

export function routeWrite(apiId: string, routeId: string, routeKey: string, target: string | object): Write {
  const members = typeof target === "string" ? { Target: `integrations/${target}` } : target;
  const value = { RouteId: routeId, RouteKey: routeKey, AuthorizationType: "NONE", ...members };
  return { key: keys.route(apiId, routeId), value };
}

export function integrationWrite(apiId: string, id: string, members: object): Write {
  return { key: keys.integration(apiId, id), value: { IntegrationId: id, ...members } };
}

/** Writes the API's definitions, then deploys them to every stage. */
export async function seedApi(ledger: Ledger, seed: SeedApi): Promise<void> {
  const apiId = seed.apiId ?? API_ID;
  const writes: Write[] = [{ key: keys.api(apiId), value: apiDocument(apiId, seed.api) }];
  Object.entries(seed.routes).forEach(([routeKey, target], at) => {
    writes.push(routeWrite(apiId, `route${at}`, routeKey, target));
  });
  for (const [id, members] of Object.entries(seed.integrations ?? {})) {
    writes.push(integrationWrite(apiId, id, members));
  }
  for (const [id, members] of Object.entries(seed.authorizers ?? {})) {
    writes.push({ key: keys.authorizer(apiId, id), value: { AuthorizerId: id, Name: id, ...members } });
  }
  await ledger.commit(writes);
  await deploy(ledger, apiId, "deployment1", seed.stages ?? { $default: {} });
}

/** Freezes the API as it is now and points the stages at it. */
export async function deploy(
  ledger: Ledger,
  apiId: string,
  deploymentId: string,
  stages: Readonly<Record<string, object>>,
): Promise<void> {
  const revision = await ledger.revision();
  const deployment = {
    key: keys.deployment(apiId, deploymentId),
    value: { DeploymentId: deploymentId, Revision: revision },
    pin: { scope: keys.api(apiId), revision },
  };
  const pointed = Object.entries(stages).map(([name, members]) => ({
    key: keys.stage(apiId, name),
    value: { StageName: name, StageVariables: {}, DeploymentId: deploymentId, ...members },
  }));
  await ledger.commit([deployment, ...pointed]);
}

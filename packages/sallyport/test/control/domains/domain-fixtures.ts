/** What the domain family's scenarios stand on: APIs and stages are written straight into the ledger. */
import { apiMappingOperations } from "../../../src/control/domains/api-mappings.ts";
import { domainNameOperations } from "../../../src/control/domains/domain-names.ts";
import { routingRuleOperations } from "../../../src/control/domains/routing-rules.ts";
import { vpcLinkOperations } from "../../../src/control/domains/vpc-links.ts";
import type { ControlSettings } from "../../../src/control/operation.ts";
import { DEFAULT_QUOTAS, type Quotas } from "../../../src/control/quotas.ts";
import type { ApiDocument, StageDocument } from "../../../src/model/documents.ts";
import { keys } from "../../../src/model/keys.ts";
import { ACCOUNT, type Harness, openHarness, REGION } from "../harness.ts";

export const CERTIFICATE = `arn:aws:acm:${REGION}:${ACCOUNT}:certificate/abcd1234-5678-abc`;
export const OTHER_ACCOUNT = "444455556666";

/** A control plane of this family alone. */
export function openDomains(settings: Partial<ControlSettings> = {}): Promise<Harness> {
  const operations = {
    ...domainNameOperations,
    ...apiMappingOperations,
    ...routingRuleOperations,
    ...vpcLinkOperations,
  };
  return openHarness(operations, settings);
}

/** The default quotas with some of them changed. */
export function quotas(changed: Partial<Quotas>): Pick<ControlSettings, "quotas"> {
  return { quotas: { ...DEFAULT_QUOTAS, ...changed } };
}

/** An API with the stages `$default` and `prod`, and `dev` when it is asked for. */
export async function putApi(
  { ledger }: Harness,
  apiId: string,
  protocolType: "HTTP" | "WEBSOCKET" = "HTTP",
  owner: { readonly account?: string; readonly region?: string; readonly stages?: readonly string[] } = {},
): Promise<void> {
  const { account = ACCOUNT, region = REGION, stages = ["$default", "prod"] } = owner;
  const api: ApiDocument = {
    ApiId: apiId,
    Name: apiId,
    ProtocolType: protocolType,
    RouteSelectionExpression: "$request.method $request.path",
    Account: account,
    Region: region,
  };
  await ledger.commit([
    { key: keys.api(apiId), value: api },
    ...stages.map((name) => ({ key: keys.stage(apiId, name), value: { StageName: name } satisfies StageDocument })),
  ]);
}

/** A domain name with the given members beside its one plain configuration. */
export function createDomain(harness: Harness, name: string, members: object = {}) {
  return harness.call("CreateDomainName", {
    DomainName: name,
    DomainNameConfigurations: [{ CertificateArn: CERTIFICATE }],
    ...members,
  });
}

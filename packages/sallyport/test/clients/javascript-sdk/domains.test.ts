/** Domain names, API mappings, routing rules and VPC links through the JavaScript SDK. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import {
  type ApiGatewayV2Client,
  CreateApiCommand,
  CreateApiMappingCommand,
  CreateDomainNameCommand,
  CreateRoutingRuleCommand,
  CreateStageCommand,
  CreateVpcLinkCommand,
  DeleteApiCommand,
  DeleteApiMappingCommand,
  DeleteDomainNameCommand,
  DeleteRoutingRuleCommand,
  DeleteVpcLinkCommand,
  GetApiMappingCommand,
  GetApiMappingsCommand,
  GetDomainNameCommand,
  GetDomainNamesCommand,
  GetRoutingRuleCommand,
  GetVpcLinkCommand,
  GetVpcLinksCommand,
  NotFoundException,
  paginateListRoutingRules,
  PutRoutingRuleCommand,
  UpdateApiMappingCommand,
  UpdateDomainNameCommand,
  UpdateVpcLinkCommand,
} from "@aws-sdk/client-apigatewayv2";
import { type Gateway, startGateway } from "../gateway.ts";
import { clientOf, given, pagesOf, REGION, refused } from "./sdk.ts";

const CERTIFICATE = `arn:aws:acm:${REGION}:000000000000:certificate/12345678-1234-1234-1234-123456789012`;

describe("domain names and VPC links through the JavaScript SDK", () => {
  let gateway: Gateway;
  let client: ApiGatewayV2Client;
  let ApiId: string;
  before(async () => {
    gateway = await startGateway({ flags: ["--vpc-link-delay-ms", "100"] });
    client = clientOf(gateway);
    ApiId = given((await client.send(new CreateApiCommand({ Name: "mapped", ProtocolType: "HTTP" }))).ApiId);
    for (const StageName of ["blue", "green"]) await client.send(new CreateStageCommand({ ApiId, StageName }));
  });
  after(async () => {
    client.destroy();
    await gateway.stop();
  });

  it("creates, patches, lists and deletes a domain name", async () => {
    const DomainName = "one.example.com";
    const created = await client.send(
      new CreateDomainNameCommand({
        DomainName,
        DomainNameConfigurations: [{ CertificateArn: CERTIFICATE }],
        Tags: { a: "1" },
      }),
    );
    const [configuration] = created.DomainNameConfigurations ?? [];
    assert.match(
      given(configuration?.ApiGatewayDomainName),
      /^d-[a-z0-9]{10}\.execute-api\.us-east-1\.amazonaws\.com$/,
    );
    assert.deepEqual(
      { ...configuration, ApiGatewayDomainName: undefined },
      {
        ApiGatewayDomainName: undefined,
        CertificateArn: CERTIFICATE,
        DomainNameStatus: "AVAILABLE",
        EndpointType: "REGIONAL",
        HostedZoneId: "Z1UJRXOUMOOFQ8",
        IpAddressType: "ipv4",
        SecurityPolicy: "TLS_1_2",
      },
    );
    assert.equal(created.ApiMappingSelectionExpression, "$request.basepath");
    assert.equal(created.RoutingMode, "API_MAPPING_ONLY");
    assert.equal(created.DomainNameArn, `arn:aws:apigateway:${REGION}::/domainnames/${DomainName}`);
    assert.deepEqual(created.Tags, { a: "1" });
    const changed = await client.send(
      new UpdateDomainNameCommand({
        DomainName,
        DomainNameConfigurations: [{ CertificateArn: CERTIFICATE, IpAddressType: "dualstack" }],
      }),
    );
    assert.equal(changed.DomainNameConfigurations?.[0]?.IpAddressType, "dualstack");
    assert.equal(changed.DomainNameConfigurations?.[0]?.ApiGatewayDomainName, configuration?.ApiGatewayDomainName);
    await refused(
      client.send(
        new CreateDomainNameCommand({ DomainName, DomainNameConfigurations: [{ CertificateArn: CERTIFICATE }] }),
      ),
      { name: "BadRequestException", status: 400, message: "The domain name you provided already exists." },
    );
    await client.send(
      new CreateDomainNameCommand({
        DomainName: "two.example.com",
        DomainNameConfigurations: [{ CertificateArn: CERTIFICATE }],
      }),
    );
    const pages = await pagesOf((NextToken) => client.send(new GetDomainNamesCommand({ MaxResults: "1", NextToken })));
    assert.deepEqual(
      pages.map((page) => page.map((domain) => domain.DomainName)),
      [[DomainName], ["two.example.com"]],
    );
    for (const name of [DomainName, "two.example.com"]) {
      await client.send(new DeleteDomainNameCommand({ DomainName: name }));
      await refused(client.send(new GetDomainNameCommand({ DomainName: name })), {
        name: "NotFoundException",
        status: 404,
        message: "Invalid domain name identifier specified",
      });
    }
  });

  it("maps stages to a domain name, and guards a mapped API", async () => {
    const DomainName = "maps.example.com";
    await client.send(
      new CreateDomainNameCommand({ DomainName, DomainNameConfigurations: [{ CertificateArn: CERTIFICATE }] }),
    );
    const { ApiMappingId } = await client.send(
      new CreateApiMappingCommand({ DomainName, ApiId, Stage: "blue", ApiMappingKey: "orders/v1" }),
    );
    await client.send(new CreateApiMappingCommand({ DomainName, ApiId, Stage: "blue" }));
    const moved = await client.send(
      new UpdateApiMappingCommand({ DomainName, ApiMappingId, ApiId, Stage: "green", ApiMappingKey: "orders/v2" }),
    );
    assert.deepEqual([moved.Stage, moved.ApiMappingKey], ["green", "orders/v2"]);
    assert.equal((await client.send(new GetApiMappingCommand({ DomainName, ApiMappingId }))).Stage, "green");
    const pages = await pagesOf((NextToken) =>
      client.send(new GetApiMappingsCommand({ DomainName, MaxResults: "1", NextToken })),
    );
    assert.deepEqual(
      pages.flat().map(({ ApiMappingKey }) => ApiMappingKey ?? ""),
      ["orders/v2", ""],
    );
    await refused(
      client.send(new CreateApiMappingCommand({ DomainName, ApiId, Stage: "green", ApiMappingKey: "orders/v2" })),
      {
        name: "ConflictException",
        status: 409,
        message: "ApiMapping key already exists for this domain name",
      },
    );
    await refused(client.send(new DeleteApiCommand({ ApiId })), {
      name: "BadRequestException",
      status: 400,
      message: `Deleting API ${ApiId} failed. Please remove all API mappings for the API from your custom domain names.`,
    });
    for (const mapping of pages.flat()) {
      await client.send(new DeleteApiMappingCommand({ DomainName, ApiMappingId: mapping.ApiMappingId }));
    }
    await refused(client.send(new GetApiMappingCommand({ DomainName, ApiMappingId })), {
      name: "NotFoundException",
      status: 404,
    });
    await client.send(new DeleteDomainNameCommand({ DomainName }));
  });

  it("refuses routing rules to APIs that they can not invoke, and lists none", async () => {
    const DomainName = "rules.example.com";
    await client.send(
      new CreateDomainNameCommand({
        DomainName,
        DomainNameConfigurations: [{ CertificateArn: CERTIFICATE }],
        RoutingMode: "ROUTING_RULE_THEN_API_MAPPING",
      }),
    );
    const rule = {
      DomainName,
      Priority: 10,
      Conditions: [{ MatchBasePaths: { AnyOf: ["orders"] } }],
      Actions: [{ InvokeApi: { ApiId, Stage: "blue" } }],
    };
    await refused(client.send(new CreateRoutingRuleCommand(rule)), { name: "BadRequestException", status: 400 });
    const ids = { DomainName, RoutingRuleId: "abc123" };
    const unknown = { name: "NotFoundException", status: 404 };
    await refused(client.send(new GetRoutingRuleCommand(ids)), unknown);
    await refused(client.send(new PutRoutingRuleCommand({ ...rule, ...ids })), unknown);
    await refused(client.send(new DeleteRoutingRuleCommand(ids)), unknown);
    const listed: unknown[] = [];
    for await (const { RoutingRules } of paginateListRoutingRules({ client, pageSize: 1 }, { DomainName })) {
      listed.push(...given(RoutingRules));
    }
    assert.deepEqual(listed, []);
  });

  it("provisions a VPC link, renames it, and takes its time to delete it", async () => {
    const { VpcLinkId, ...created } = await client.send(
      new CreateVpcLinkCommand({ Name: "private", SubnetIds: ["subnet-b", "subnet-a"], Tags: { a: "1" } }),
    );
    assert.equal(created.VpcLinkStatus, "PENDING");
    assert.deepEqual([created.SubnetIds, created.SecurityGroupIds], [["subnet-b", "subnet-a"], []]);
    const available = await waitFor(async () => {
      const link = await client.send(new GetVpcLinkCommand({ VpcLinkId }));
      return link.VpcLinkStatus === "PENDING" ? undefined : link;
    });
    assert.equal(available.VpcLinkStatus, "AVAILABLE");
    assert.equal(available.VpcLinkVersion, "V2");
    const renamed = await client.send(new UpdateVpcLinkCommand({ VpcLinkId, Name: "renamed" }));
    assert.equal(renamed.Name, "renamed");
    const { Items = [] } = await client.send(new GetVpcLinksCommand({ MaxResults: "5" }));
    assert.deepEqual(
      Items.map((link) => link.VpcLinkId),
      [VpcLinkId],
    );
    const deleted = await client.send(new DeleteVpcLinkCommand({ VpcLinkId }));
    assert.equal(deleted.$metadata.httpStatusCode, 202);
    const gone = await waitFor(async () => {
      try {
        const { VpcLinkStatus } = await client.send(new GetVpcLinkCommand({ VpcLinkId }));
        assert.equal(VpcLinkStatus, "DELETING");
        return undefined;
      } catch (error) {
        return error;
      }
    });
    assert.ok(gone instanceof NotFoundException, String(gone));
  });
});

/** Asks until there is an answer, as the waiters of other clients do. */
async function waitFor<T>(ask: () => Promise<T | undefined>): Promise<T> {
  for (let asked = 0; asked < 200; asked++) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    await pause(50);
  }
  throw new Error("it did not happen");
}

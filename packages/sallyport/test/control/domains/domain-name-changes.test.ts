import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, test } from "node:test";
import type { DomainNameConfiguration } from "../../../src/model/generated/apigatewayv2.ts";
import { collections } from "../../../src/model/keys.ts";
import { CERTIFICATE, createDomain, openDomains, OTHER_ACCOUNT, putApi } from "./domain-fixtures.ts";
import { type Harness, REGION } from "../harness.ts";

const NOT_FOUND = { code: "NotFoundException", status: 404, message: "Invalid domain name identifier specified" };
const bad = (message: string) => ({ code: "BadRequestException", status: 400, message });
const ONE_CONFIGURATION = bad("Invalid input. Expected one domain name configuration");

let harness: Harness;
beforeEach(async () => {
  harness = await openDomains();
});
afterEach(() => harness.close());

const one = (configurations: readonly DomainNameConfiguration[] | undefined): DomainNameConfiguration => {
  assert.equal(configurations?.length, 1);
  return (configurations as [DomainNameConfiguration])[0];
};

describe("updating a domain name", () => {
  const DomainName = "a.example.com";
  let before: DomainNameConfiguration;

  beforeEach(async () => {
    const output = await createDomain(harness, DomainName, {
      DomainNameConfigurations: [{ CertificateArn: CERTIFICATE, IpAddressType: "dualstack", CertificateName: "old" }],
      MutualTlsAuthentication: { TruststoreUri: "s3://trust/ca.pem", TruststoreVersion: "v1" },
      Tags: { team: "shop" },
    });
    before = one(output.DomainNameConfigurations);
  });

  test("keeps what is absent, the target too", async () => {
    const output = await harness.call("UpdateDomainName", {
      DomainName,
      DomainNameConfigurations: [{ CertificateArn: `${CERTIFICATE}9` }],
    });
    assert.deepEqual(one(output.DomainNameConfigurations), { ...before, CertificateArn: `${CERTIFICATE}9` });
    assert.deepEqual(output.MutualTlsAuthentication, { TruststoreUri: "s3://trust/ca.pem", TruststoreVersion: "v1" });
    assert.deepEqual(output.Tags, { team: "shop" });
    assert.equal(output.RoutingMode, "API_MAPPING_ONLY");
    assert.deepEqual(await harness.call("GetDomainName", { DomainName }), output);
  });

  test("ignores what the service works out itself", async () => {
    const output = await harness.call("UpdateDomainName", {
      DomainName,
      DomainNameConfigurations: [
        {
          CertificateArn: CERTIFICATE,
          ApiGatewayDomainName: "d-mine",
          HostedZoneId: "mine",
          DomainNameStatus: "UPDATING",
          DomainNameStatusMessage: "mine",
        },
      ],
    });
    assert.deepEqual(one(output.DomainNameConfigurations), before);
  });

  const changes: readonly (readonly [string, object, object])[] = [
    ["the routing mode", { RoutingMode: "ROUTING_RULE_ONLY" }, { RoutingMode: "ROUTING_RULE_ONLY" }],
    [
      "the truststore's version alone",
      { MutualTlsAuthentication: { TruststoreVersion: "v2" } },
      { MutualTlsAuthentication: { TruststoreUri: "s3://trust/ca.pem", TruststoreVersion: "v2" } },
    ],
    [
      "the truststore alone",
      { MutualTlsAuthentication: { TruststoreUri: "s3://trust/other.pem" } },
      { MutualTlsAuthentication: { TruststoreUri: "s3://trust/other.pem", TruststoreVersion: "v1" } },
    ],
    [
      "nothing of mutual TLS when it is empty",
      { MutualTlsAuthentication: {} },
      { MutualTlsAuthentication: { TruststoreUri: "s3://trust/ca.pem", TruststoreVersion: "v1" } },
    ],
  ];
  for (const [what, members, expected] of changes) {
    test(`changes ${what}`, async () => {
      const input = { DomainName, DomainNameConfigurations: [{ CertificateArn: CERTIFICATE }], ...members };
      assert.partialDeepStrictEqual(await harness.call("UpdateDomainName", input), expected);
    });
  }

  test("drops the truststore's version when it is emptied", async () => {
    const output = await harness.call("UpdateDomainName", {
      DomainName,
      DomainNameConfigurations: [{ CertificateArn: CERTIFICATE }],
      MutualTlsAuthentication: { TruststoreVersion: "" },
    });
    assert.deepEqual(output.MutualTlsAuthentication, { TruststoreUri: "s3://trust/ca.pem" });
  });

  test("turns mutual TLS off by an empty truststore", async () => {
    const input = { DomainName, DomainNameConfigurations: [{ CertificateArn: CERTIFICATE }] };
    const off = await harness.call("UpdateDomainName", { ...input, MutualTlsAuthentication: { TruststoreUri: "" } });
    assert.ok(!("MutualTlsAuthentication" in off));
    const failure = await harness.fail("UpdateDomainName", {
      ...input,
      MutualTlsAuthentication: { TruststoreVersion: "v3" },
    });
    assert.deepEqual(failure, bad("truststoreUri is required for mutual TLS authentication"));
  });

  const wrong: readonly (readonly [string, object, object])[] = [
    ["no configuration", {}, ONE_CONFIGURATION],
    ["an empty list", { DomainNameConfigurations: [] }, ONE_CONFIGURATION],
    ["EDGE", { DomainNameConfigurations: [{ CertificateArn: CERTIFICATE, EndpointType: "EDGE" }] }, {}],
    ["TLS 1.0", { DomainNameConfigurations: [{ CertificateArn: CERTIFICATE, SecurityPolicy: "TLS_1_0" }] }, {}],
    [
      "a configuration without its certificate",
      { DomainNameConfigurations: [{ IpAddressType: "ipv4" }] },
      bad("A certificate was not provided for the endpoint type REGIONAL."),
    ],
  ];
  for (const [what, members, expected] of wrong) {
    test(`refuses ${what} and changes nothing`, async () => {
      const input = { DomainName, MutualTlsAuthentication: { TruststoreUri: "" }, ...members };
      const failure = await harness.fail("UpdateDomainName", input);
      assert.partialDeepStrictEqual(failure, { code: "BadRequestException", status: 400, ...expected });
      const domain = await harness.call("GetDomainName", { DomainName });
      assert.deepEqual(one(domain.DomainNameConfigurations), before);
      assert.notEqual(domain.MutualTlsAuthentication, undefined);
    });
  }
});

describe("deleting a domain name", () => {
  test("takes its mappings, its rules and every index of them along", async () => {
    await harness.close();
    harness = await openDomains({ extensions: { routingRulesToHttpApis: true } });
    await putApi(harness, "api1");
    const DomainName = "a.example.com";
    await createDomain(harness, "b.example.com", { RoutingMode: "ROUTING_RULE_THEN_API_MAPPING" });
    await harness.call("CreateApiMapping", { DomainName: "b.example.com", ApiId: "api1", Stage: "prod" });
    const others = (await harness.ledger.list({ prefix: "" })).map((document) => document.key);
    await createDomain(harness, DomainName, { RoutingMode: "ROUTING_RULE_THEN_API_MAPPING" });
    for (const ApiMappingKey of ["", "orders", "orders/v1"]) {
      await harness.call("CreateApiMapping", { DomainName, ApiId: "api1", Stage: "prod", ApiMappingKey });
    }
    const Actions = [{ InvokeApi: { ApiId: "api1", Stage: "prod" } }];
    await harness.call("CreateRoutingRule", { DomainName, Priority: 1, Conditions: [], Actions });
    assert.equal((await harness.ledger.list({ collection: collections.apiUses("api1") })).length, 4);
    await harness.call("DeleteDomainName", { DomainName });
    const left = (await harness.ledger.list({ prefix: "" })).map((document) => document.key);
    assert.deepEqual(left, others);
    assert.deepEqual(await harness.fail("GetDomainName", { DomainName }), NOT_FOUND);
    await createDomain(harness, DomainName);
    assert.deepEqual((await harness.call("GetApiMappings", { DomainName })).Items, []);
  });
});

describe("strict references", () => {
  test("ask for each certificate and the truststore, and refuse another account's certificate", async () => {
    const asked: string[] = [];
    await harness.close();
    harness = await openDomains({ references: async (kind, name) => void asked.push(`${kind} ${name}`) });
    await createDomain(harness, "a.example.com", {
      DomainNameConfigurations: [
        { CertificateArn: CERTIFICATE, OwnershipVerificationCertificateArn: `${CERTIFICATE}2` },
      ],
      MutualTlsAuthentication: { TruststoreUri: "s3://trust/ca.pem" },
    });
    assert.deepEqual(asked, [
      `certificate ${CERTIFICATE}`,
      `certificate ${CERTIFICATE}2`,
      "truststore s3://trust/ca.pem",
    ]);
    const failure = await harness.fail("UpdateDomainName", {
      DomainName: "a.example.com",
      DomainNameConfigurations: [{ CertificateArn: `arn:aws:acm:${REGION}:${OTHER_ACCOUNT}:certificate/1` }],
    });
    assert.deepEqual(failure, bad("The certificate provided must be owned by the account creating the domain."));
  });

  test("are off by default: any account's certificate is taken", async () => {
    await createDomain(harness, "a.example.com", {
      DomainNameConfigurations: [{ CertificateArn: `arn:aws:acm:${REGION}:${OTHER_ACCOUNT}:certificate/1` }],
    });
  });
});

describe("the extension for EDGE configurations", () => {
  const regional = { CertificateArn: "arn:aws:acm:eu-west-1:111122223333:certificate/r" };
  const edge = { CertificateArn: "arn:aws:acm:us-east-1:111122223333:certificate/e", EndpointType: "EDGE" as const };
  const caller = { region: "eu-west-1" };

  beforeEach(async () => {
    await harness.close();
    harness = await openDomains({ extensions: { edgeConfigurations: true } });
  });

  test("moves a domain name from REGIONAL to EDGE by way of both", async () => {
    const DomainName = "a.example.com";
    const created = await harness.call(
      "CreateDomainName",
      { DomainName, DomainNameConfigurations: [regional] },
      caller,
    );
    const both = await harness.call(
      "UpdateDomainName",
      { DomainName, DomainNameConfigurations: [regional, edge] },
      caller,
    );
    const [first, second] = both.DomainNameConfigurations ?? [];
    assert.deepEqual(first, one(created.DomainNameConfigurations));
    assert.partialDeepStrictEqual(second, { EndpointType: "EDGE", HostedZoneId: "Z2FDTNDATAQYW2" });
    assert.notEqual(second?.ApiGatewayDomainName, first?.ApiGatewayDomainName);
    const moved = await harness.call("UpdateDomainName", { DomainName, DomainNameConfigurations: [edge] }, caller);
    assert.deepEqual(one(moved.DomainNameConfigurations), second);
  });

  const wrong: readonly (readonly [string, readonly object[]])[] = [
    ["two of one type", [regional, regional]],
    ["three", [regional, edge, edge]],
    ["none", []],
    ["an edge certificate outside us-east-1", [{ ...regional, EndpointType: "EDGE" }]],
    ["an edge configuration without certificate", [{ EndpointType: "EDGE" }]],
  ];
  for (const [what, configurations] of wrong) {
    test(`refuses ${what}`, async () => {
      const input = { DomainName: "a.example.com", DomainNameConfigurations: configurations };
      assert.equal((await harness.fail("CreateDomainName", input, caller)).status, 400);
    });
  }

  test("refuses mutual TLS and multi-level mapping keys where nothing is REGIONAL", async () => {
    const input = { DomainName: "a.example.com", DomainNameConfigurations: [edge] };
    const MutualTlsAuthentication = { TruststoreUri: "s3://trust/ca.pem" };
    assert.deepEqual(
      await harness.fail("CreateDomainName", { ...input, MutualTlsAuthentication }, caller),
      bad("Mutual TLS is only supported for REGIONAL domain names"),
    );
    await putApi(harness, "api1", "HTTP", caller);
    await harness.call("CreateDomainName", input, caller);
    const mapping = { DomainName: "a.example.com", ApiId: "api1", Stage: "prod", ApiMappingKey: "a/b" };
    assert.deepEqual(
      await harness.fail("CreateApiMapping", mapping, caller),
      bad("Multi-level API mapping keys require a REGIONAL domain name with TLS 1.2."),
    );
  });
});

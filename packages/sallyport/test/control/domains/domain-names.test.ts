import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, test } from "node:test";
import type { DomainNameConfiguration } from "../../../src/model/generated/apigatewayv2.ts";
import { collections, keys } from "../../../src/model/keys.ts";
import { CERTIFICATE, createDomain, openDomains, OTHER_ACCOUNT, quotas } from "./domain-fixtures.ts";
import { ACCOUNT, type Harness, REGION } from "../harness.ts";

const NOT_FOUND = { code: "NotFoundException", status: 404, message: "Invalid domain name identifier specified" };
const bad = (message: string) => ({ code: "BadRequestException", status: 400, message });
const EDGE = bad(
  "Only REGIONAL domain names can be managed through the API Gateway V2 API. For EDGE domain names, please use the API Gateway V1 API. Also note that only REST APIs can be attached to EDGE domain names.",
);
const TLS_1_0 = bad(
  "Only REGIONAL domain names with a security policy of TLS 1.2 can be managed through the API Gateway V2 API. For TLS 1.0 domain names, please use the API Gateway V1 API to upgrade your security policy to TLS 1.2. Currently, only REST APIs can be attached to a domain name with a security policy of TLS 1.0.",
);
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

/** What the protocol layer would send: the members that the model knows, no matter what else is stored. */
const shown = (output: object, members: readonly string[]) =>
  Object.fromEntries(Object.entries(output).filter(([name]) => members.includes(name)));

const MEMBERS = [
  "ApiMappingSelectionExpression",
  "DomainName",
  "DomainNameArn",
  "DomainNameConfigurations",
  "MutualTlsAuthentication",
  "RoutingMode",
  "Tags",
];

describe("creating a domain name", () => {
  test("answers the documented example", async () => {
    const output = await harness.call("CreateDomainName", {
      DomainName: "dualstack.example.com",
      DomainNameConfigurations: [{ CertificateArn: CERTIFICATE, IpAddressType: "dualstack" }],
    });
    const { ApiGatewayDomainName: target, ...configuration } = one(output.DomainNameConfigurations);
    assert.match(target ?? "", /^d-[a-z0-9]{10}\.execute-api\.us-east-1\.amazonaws\.com$/);
    assert.deepEqual(configuration, {
      CertificateArn: CERTIFICATE,
      DomainNameStatus: "AVAILABLE",
      EndpointType: "REGIONAL",
      HostedZoneId: "Z1UJRXOUMOOFQ8",
      IpAddressType: "dualstack",
      SecurityPolicy: "TLS_1_2",
    });
    const { DomainNameConfigurations: _, ...others } = shown(output, MEMBERS);
    assert.deepEqual(others, {
      ApiMappingSelectionExpression: "$request.basepath",
      DomainName: "dualstack.example.com",
      DomainNameArn: "arn:aws:apigateway:us-east-1::/domainnames/dualstack.example.com",
      RoutingMode: "API_MAPPING_ONLY",
      Tags: {},
    });
  });

  test("is ipv4 unless it says otherwise, and keeps what it was given", async () => {
    const output = await createDomain(harness, "a.example.com", {
      RoutingMode: "ROUTING_RULE_THEN_API_MAPPING",
      Tags: { team: "shop" },
      DomainNameConfigurations: [
        {
          CertificateArn: CERTIFICATE,
          CertificateName: "mine",
          OwnershipVerificationCertificateArn: `${CERTIFICATE}2`,
        },
      ],
      MutualTlsAuthentication: { TruststoreUri: "s3://trust/ca.pem", TruststoreVersion: "v1" },
    });
    const configuration = one(output.DomainNameConfigurations);
    assert.equal(configuration.IpAddressType, "ipv4");
    assert.equal(configuration.CertificateName, "mine");
    assert.equal(configuration.OwnershipVerificationCertificateArn, `${CERTIFICATE}2`);
    assert.equal(output.RoutingMode, "ROUTING_RULE_THEN_API_MAPPING");
    assert.deepEqual(output.Tags, { team: "shop" });
    assert.deepEqual(output.MutualTlsAuthentication, { TruststoreUri: "s3://trust/ca.pem", TruststoreVersion: "v1" });
    assert.deepEqual(await harness.call("GetDomainName", { DomainName: "a.example.com" }), output);
  });

  const zones = [
    ["eu-central-1", "Z1U9ULNL0V5AJ3", "amazonaws.com"],
    ["us-gov-west-1", "Z1K6XKP9SAGWDV", "amazonaws.com"],
    ["cn-north-1", "Z1UJRXOUMOOFQ8", "amazonaws.com.cn"],
    ["mars-north-1", "Z1UJRXOUMOOFQ8", "amazonaws.com"],
  ] as const;
  for (const [region, zone, suffix] of zones) {
    test(`points to a target of ${region}`, async () => {
      const output = await harness.call(
        "CreateDomainName",
        { DomainName: "a.example.com", DomainNameConfigurations: [{ CertificateArn: "local" }] },
        { region },
      );
      const configuration = one(output.DomainNameConfigurations);
      assert.equal(configuration.HostedZoneId, zone);
      assert.ok(configuration.ApiGatewayDomainName?.endsWith(`.execute-api.${region}.${suffix}`));
    });
  }

  const names = [
    ["example.com", true],
    ["*.example.com", true],
    ["a-1.b--2.example.com", true],
    ["intranet", true],
    [`${"a".repeat(63)}.com`, true],
    ["A.example.com", false],
    ["a_b.example.com", false],
    ["-a.example.com", false],
    ["a-.example.com", false],
    [`${"a".repeat(64)}.com`, false],
    [`${"a.".repeat(127)}co`, false],
    ["a..example.com", false],
    ["example.com.", false],
    [".example.com", false],
    ["*", false],
    ["a.*.example.com", false],
    ["*a.example.com", false],
    ["münchen.de", false],
    ["a.example.com/x", false],
    ["a.example.com\n", false],
  ] as const;
  for (const [name, accepted] of names) {
    test(`${accepted ? "takes" : "refuses"} the name ${JSON.stringify(name)}`, async () => {
      const input = { DomainName: name, DomainNameConfigurations: [{ CertificateArn: CERTIFICATE }] };
      if (accepted) assert.equal((await harness.call("CreateDomainName", input)).DomainName, name);
      else assert.equal((await harness.fail("CreateDomainName", input)).status, 400);
    });
  }

  const elsewhere = `arn:aws:acm:eu-west-1:${ACCOUNT}:certificate/1`;
  const wrong: readonly (readonly [string, object, object])[] = [
    ["no configuration", { DomainNameConfigurations: undefined }, ONE_CONFIGURATION],
    ["an empty list of configurations", { DomainNameConfigurations: [] }, ONE_CONFIGURATION],
    [
      "two configurations",
      { DomainNameConfigurations: [{ CertificateArn: CERTIFICATE }, { CertificateArn: CERTIFICATE }] },
      ONE_CONFIGURATION,
    ],
    ["EDGE", { DomainNameConfigurations: [{ CertificateArn: CERTIFICATE, EndpointType: "EDGE" }] }, EDGE],
    ["TLS 1.0", { DomainNameConfigurations: [{ CertificateArn: CERTIFICATE, SecurityPolicy: "TLS_1_0" }] }, TLS_1_0],
    [
      "no certificate",
      { DomainNameConfigurations: [{}] },
      bad("A certificate was not provided for the endpoint type REGIONAL."),
    ],
    [
      "an empty certificate",
      { DomainNameConfigurations: [{ CertificateArn: "" }] },
      bad("A certificate was not provided for the endpoint type REGIONAL."),
    ],
    [
      "a certificate of another region",
      { DomainNameConfigurations: [{ CertificateArn: elsewhere }] },
      bad(`Invalid certificate ARN: ${elsewhere}. Certificate must be in 'us-east-1'.`),
    ],
    [
      "an ownership certificate of another region",
      {
        DomainNameConfigurations: [{ CertificateArn: CERTIFICATE, OwnershipVerificationCertificateArn: elsewhere }],
      },
      bad(`Invalid certificate ARN: ${elsewhere}. Certificate must be in 'us-east-1'.`),
    ],
    [
      "a truststore that is not in S3",
      { MutualTlsAuthentication: { TruststoreUri: "https://example.com/ca.pem" } },
      bad("Invalid truststore URI specified: https://example.com/ca.pem. Format should be s3://bucket-name/key-name"),
    ],
    [
      "a truststore without a key",
      { MutualTlsAuthentication: { TruststoreUri: "s3://bucket/" } },
      bad("Invalid truststore URI specified: s3://bucket/. Format should be s3://bucket-name/key-name"),
    ],
    [
      "a truststore version without a truststore",
      { MutualTlsAuthentication: { TruststoreVersion: "v1" } },
      bad("truststoreUri is required for mutual TLS authentication"),
    ],
    [
      "a routing mode that there is not",
      { RoutingMode: "BASE_PATH_MAPPING_ONLY" },
      { code: "BadRequestException", status: 400 },
    ],
    ["a tag of the service's own", { Tags: { "aws:x": "y" } }, { code: "BadRequestException", status: 400 }],
  ];
  for (const [what, members, expected] of wrong) {
    test(`refuses ${what}`, async () => {
      const failure = await harness.fail("CreateDomainName", {
        DomainName: "a.example.com",
        DomainNameConfigurations: [{ CertificateArn: CERTIFICATE }],
        ...members,
      });
      assert.partialDeepStrictEqual(failure, expected);
      assert.deepEqual(await harness.fail("GetDomainName", { DomainName: "a.example.com" }), NOT_FOUND);
    });
  }

  test("turns mutual TLS on only when a truststore is named", async () => {
    for (const [index, sent] of [{}, { TruststoreUri: "" }].entries()) {
      const output = await createDomain(harness, `d${index}.example.com`, { MutualTlsAuthentication: sent });
      assert.ok(!("MutualTlsAuthentication" in output));
    }
  });

  test("refuses a name that exists, whoever has it", async () => {
    await createDomain(harness, "a.example.com");
    const input = { DomainName: "a.example.com", DomainNameConfigurations: [{ CertificateArn: "local" }] };
    const exists = bad("The domain name you provided already exists.");
    assert.deepEqual(await harness.fail("CreateDomainName", input), exists);
    assert.deepEqual(await harness.fail("CreateDomainName", input, { account: OTHER_ACCOUNT }), exists);
  });

  test("allows the same name in another region", async () => {
    await createDomain(harness, "a.example.com");
    const input = { DomainName: "a.example.com", DomainNameConfigurations: [{ CertificateArn: "local" }] };
    await harness.call("CreateDomainName", input, { region: "eu-west-1" });
    const claims = await harness.ledger.list({ prefix: keys.hosts("a.example.com") });
    assert.deepEqual(
      claims.map((claim) => claim.value),
      ["eu-west-1", REGION].map((region) => ({ DomainName: "a.example.com", Region: region, Account: ACCOUNT })),
    );
  });

  const overlaps = [
    ["*.example.com", "a.example.com", true],
    ["a.example.com", "*.example.com", true],
    ["*.example.com", "a.b.example.com", false],
    ["*.example.com", "example.com", false],
    ["a.example.com", "b.example.com", false],
  ] as const;
  for (const [first, second, blocked] of overlaps) {
    test(`${blocked ? "refuses" : "takes"} ${second} while another account has ${first}`, async () => {
      await createDomain(harness, first);
      const input = { DomainName: second, DomainNameConfigurations: [{ CertificateArn: "local" }] };
      const other = { account: OTHER_ACCOUNT };
      if (blocked) assert.equal((await harness.fail("CreateDomainName", input, other)).status, 400);
      else await harness.call("CreateDomainName", input, other);
    });
  }

  test("lets another account have an overlapping name in another region", async () => {
    await createDomain(harness, "*.example.com");
    const input = { DomainName: "a.example.com", DomainNameConfigurations: [{ CertificateArn: "local" }] };
    await harness.call("CreateDomainName", input, { account: OTHER_ACCOUNT, region: "eu-west-1" });
    const wildcard = { ...input, DomainName: "*.example.com" };
    assert.equal((await harness.fail("CreateDomainName", wildcard, { region: "eu-west-1" })).status, 400);
  });

  test("lets one account have a wildcard and a name under it", async () => {
    await createDomain(harness, "*.example.com");
    await createDomain(harness, "a.example.com");
  });
});

describe("quota of domain names", () => {
  test("refuses one too many, and takes one again after a deletion", async () => {
    await harness.close();
    harness = await openDomains(quotas({ domainNamesPerRegion: 2 }));
    await createDomain(harness, "a.example.com");
    await createDomain(harness, "b.example.com");
    const input = { DomainName: "c.example.com", DomainNameConfigurations: [{ CertificateArn: CERTIFICATE }] };
    const full = await harness.fail("CreateDomainName", input);
    assert.deepEqual([full.code, full.status], ["TooManyRequestsException", 429]);
    await harness.call(
      "CreateDomainName",
      { ...input, DomainNameConfigurations: [{ CertificateArn: "x" }] },
      { region: "eu-west-1" },
    );
    await harness.call("DeleteDomainName", { DomainName: "a.example.com" });
    await harness.call("CreateDomainName", input);
  });
});

describe("unknown domain names", () => {
  const calls = [
    ["GetDomainName", {}],
    ["UpdateDomainName", {}],
    ["DeleteDomainName", {}],
    ["GetApiMappings", {}],
    ["CreateApiMapping", {}],
    ["ListRoutingRules", {}],
    ["CreateRoutingRule", {}],
  ] as const;
  for (const [operation] of calls) {
    test(`${operation} answers 404 before it looks at anything else`, async () => {
      await createDomain(harness, "a.example.com");
      assert.deepEqual(await harness.fail(operation, { DomainName: "b.example.com" }), NOT_FOUND);
      for (const caller of [{ account: OTHER_ACCOUNT }, { region: "eu-west-1" }]) {
        assert.deepEqual(await harness.fail(operation, { DomainName: "a.example.com" }, caller), NOT_FOUND);
      }
    });
  }
});

describe("listing domain names", () => {
  test("gives the caller's own in creation order, page by page", async () => {
    for (const name of ["c.example.com", "a.example.com", "b.example.com"]) await createDomain(harness, name);
    const other = { DomainName: "x.sample.com", DomainNameConfigurations: [{ CertificateArn: "local" }] };
    await harness.call("CreateDomainName", other, { account: OTHER_ACCOUNT });
    const first = await harness.call("GetDomainNames", { MaxResults: "2" });
    assert.deepEqual(
      first.Items?.map((item) => item.DomainName),
      ["c.example.com", "a.example.com"],
    );
    await harness.call("DeleteDomainName", { DomainName: "a.example.com" });
    const last = await harness.call("GetDomainNames", { MaxResults: "2", NextToken: first.NextToken });
    assert.deepEqual(
      last.Items?.map((item) => item.DomainName),
      ["b.example.com"],
    );
    assert.equal(last.NextToken, undefined);
  });

  test("gives an empty list, and refuses strange pages", async () => {
    assert.deepEqual((await harness.call("GetDomainNames", {})).Items, []);
    const collection = collections.domainNames({ account: ACCOUNT, region: REGION });
    const forged = [
      [1, -1, "x", collection],
      [1, 1, "a\u0000b", collection],
      [1, 1, "x".repeat(5000), collection],
      [1, 1, "x", "apis/a/routes"],
      [2, 1, "x", collection],
    ].map((parts) => ({ NextToken: Buffer.from(JSON.stringify(parts)).toString("base64url") }));
    for (const input of [{ MaxResults: "x" }, { MaxResults: "0" }, { NextToken: "bogus" }, ...forged]) {
      assert.equal((await harness.fail("GetDomainNames", input)).status, 400);
    }
  });
});

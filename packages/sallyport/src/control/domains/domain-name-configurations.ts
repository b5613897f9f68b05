/** The configurations of a domain name: certificate, endpoint type, target. */
import { dnsSuffixOf, parseArn } from "../../model/arn.ts";
import type { DomainNameConfiguration } from "../../model/generated/apigatewayv2.ts";
import { domainNameFaults } from "../faults.ts";
import { randomId } from "../ids.ts";
import type { Call } from "../operation.ts";
import { compact, patchText } from "../patch.ts";
import { hostedZoneOf } from "./hosted-zones.ts";

type Configurations = readonly DomainNameConfiguration[];

const TARGET_ID_LENGTH = 10;
/** Edge certificates live there whatever the domain name's region. */
const EDGE_CERTIFICATE_REGION = "us-east-1";

/**
 * The configurations after a call. Exactly one must be sent on create and on every update, each time with its
 * certificate; its other members keep their value when absent (unverified).
 */
export function configurationsOf(
  sent: Configurations | undefined,
  current: Configurations,
  call: Call,
): Configurations {
  const maximum = call.settings.extensions?.edgeConfigurations ? 2 : 1;
  if (sent === undefined || sent.length < 1 || sent.length > maximum) throw domainNameFaults.configuration();
  const configurations = sent.map((one) => configurationOf(one, predecessorOf(one, current), call));
  const endpointTypes = new Set(configurations.map((one) => one.EndpointType));
  if (endpointTypes.size < configurations.length) throw domainNameFaults.configuration();
  return configurations;
}

/** Whether the domain name has an endpoint in its region: what mutual TLS and multi-level mapping keys need. */
export function isRegional(configurations: Configurations | undefined): boolean {
  return configurations?.some((one) => one.EndpointType === "REGIONAL") ?? false;
}

/** The certificates that configurations name. */
export function certificatesOf(configurations: Configurations | undefined): readonly string[] {
  return (configurations ?? [])
    .flatMap((one) => [one.CertificateArn, one.OwnershipVerificationCertificateArn])
    .filter((arn): arn is string => arn !== undefined && arn !== "");
}

function predecessorOf(sent: DomainNameConfiguration, current: Configurations): DomainNameConfiguration | undefined {
  if (sent.EndpointType === undefined && current.length === 1) return current[0];
  const endpointType = sent.EndpointType ?? "REGIONAL";
  return current.find((one) => one.EndpointType === endpointType);
}

function configurationOf(
  sent: DomainNameConfiguration,
  current: DomainNameConfiguration | undefined,
  call: Call,
): DomainNameConfiguration {
  const endpointType = sent.EndpointType ?? current?.EndpointType ?? "REGIONAL";
  if (endpointType === "EDGE" && !call.settings.extensions?.edgeConfigurations) throw domainNameFaults.edge();
  if (sent.SecurityPolicy === "TLS_1_0") throw domainNameFaults.securityPolicy();
  if (!sent.CertificateArn) throw domainNameFaults.certificateRequired(endpointType);
  const certificateRegion = endpointType === "EDGE" ? EDGE_CERTIFICATE_REGION : call.region;
  for (const arn of certificatesOf([sent])) checkCertificateRegion(arn, certificateRegion);
  return compact({
    ApiGatewayDomainName: current?.ApiGatewayDomainName ?? targetOf(call.region),
    CertificateArn: sent.CertificateArn,
    CertificateName: patchText(current?.CertificateName, sent.CertificateName),
    CertificateUploadDate: sent.CertificateUploadDate ?? current?.CertificateUploadDate,
    DomainNameStatus: "AVAILABLE" as const,
    EndpointType: endpointType,
    HostedZoneId: hostedZoneOf(call.region, endpointType),
    IpAddressType: sent.IpAddressType ?? current?.IpAddressType ?? "ipv4",
    OwnershipVerificationCertificateArn: patchText(
      current?.OwnershipVerificationCertificateArn,
      sent.OwnershipVerificationCertificateArn,
    ),
    SecurityPolicy: "TLS_1_2" as const,
  });
}

/** What is no ARN is a local certificate's name and taken as it is (our choice). */
function checkCertificateRegion(arn: string, region: string): void {
  const parts = parseArn(arn);
  if (parts !== undefined && parts.region !== region) throw domainNameFaults.certificateRegion(arn, region);
}

/** The DNS target; stays the same over updates. */
function targetOf(region: string): string {
  return `d-${randomId(TARGET_ID_LENGTH)}.execute-api.${region}.${dnsSuffixOf(region)}`;
}

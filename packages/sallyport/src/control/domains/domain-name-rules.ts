import type { MutualTlsAuthentication, MutualTlsAuthenticationInput } from "../../model/generated/apigatewayv2.ts";
import { domainNameFaults } from "../faults.ts";
import { compact, patchText } from "../patch.ts";

const MAXIMUM_NAME_OCTETS = 255;
const LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

/**
 * Lower case labels of at most 63; the first may be `*` when others follow. Never silently lower-cased: the host that is
 * served would not be the name that was asked for. Source: "Custom domain names for HTTP APIs".
 */
export function checkName(name: string): void {
  const labels = name.split(".");
  const exact = labels[0] === "*" ? labels.slice(1) : labels;
  const labelsFit = exact.length > 0 && exact.every((label) => LABEL.test(label));
  if (name.length > MAXIMUM_NAME_OCTETS || !labelsFit) throw domainNameFaults.name(name);
}

/** `s3://bucket/key`. Bucket names: Amazon S3 User Guide, "Bucket naming rules". */
const TRUSTSTORE_URI = /^s3:\/\/[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]\/.+$/s;

/**
 * The mutual TLS settings after a call, or undefined when they are off. `truststoreUri: ""` turns them off; either
 * member may be sent alone and leaves the other as it is.
 */
export function mutualTlsOf(
  sent: MutualTlsAuthenticationInput | undefined,
  current: MutualTlsAuthentication | undefined,
): MutualTlsAuthentication | undefined {
  if (sent === undefined) return current;
  if (sent.TruststoreUri === "") return undefined;
  const uri = sent.TruststoreUri ?? current?.TruststoreUri;
  const version = patchText(current?.TruststoreVersion, sent.TruststoreVersion);
  if (uri === undefined) {
    if (version === undefined) return undefined;
    throw domainNameFaults.truststoreUriRequired();
  }
  if (!TRUSTSTORE_URI.test(uri)) throw domainNameFaults.truststoreUri(uri);
  return compact({ TruststoreUri: uri, TruststoreVersion: version });
}

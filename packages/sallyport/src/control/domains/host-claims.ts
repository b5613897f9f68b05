/**
 * Who answers to which host name: one small document a domain name, found by the host itself, so that a request's host
 * leads to its domain name without knowing the region.
 */
import type { Transaction } from "../../ledger/ledger.ts";
import { collections, keys } from "../../model/keys.ts";
import { domainNameFaults } from "../faults.ts";
import type { Call } from "../operation.ts";

/** Value of a `keys.host` document. */
export interface HostClaim {
  readonly DomainName: string;
  readonly Region: string;
  readonly Account: string;
}

/** Fails when another account's domain name overlaps: its wildcard over this name, or its names under this wildcard. */
export async function claimHost(transaction: Transaction, call: Call, name: string): Promise<void> {
  const domain = domainAbove(name);
  const overlapping = name.startsWith("*.")
    ? await transaction.list<HostClaim>({ collection: collections.hostsUnder(domain) })
    : await transaction.list<HostClaim>({ prefix: keys.hosts(`*.${domain}`) });
  if (overlapping.some(({ value }) => value.Region === call.region && value.Account !== call.account)) {
    throw domainNameFaults.otherAccount();
  }
  const claim: HostClaim = { DomainName: name, Region: call.region, Account: call.account };
  await transaction.put(keys.host(name, call.region), claim, { collection: collections.hostsUnder(domain) });
}

export async function releaseHost(transaction: Transaction, call: Call, name: string): Promise<void> {
  await transaction.delete(keys.host(name, call.region));
}

/** What follows the first label: `example.com` for `a.example.com` and for `*.example.com`. */
function domainAbove(name: string): string {
  const dot = name.indexOf(".");
  return dot < 0 ? "" : name.slice(dot + 1);
}

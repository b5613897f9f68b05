/** `info`, `servers`, `tags` and what else at the root of a document is about the API itself. */
import { importFaults } from "../../faults.ts";
import { type Findings, unsupported } from "./findings.ts";
import { booleanOf, isMap, listOf, mapOf, member, type NodeMap, textOf } from "../node.ts";
import type { PlannedApi } from "./planned.ts";

const EXTENSION = "x-amazon-apigateway-";

/** Extensions of REST APIs: no HTTP API has what they configure. */
const REST_ONLY = [
  "binary-media-types",
  "gateway-responses",
  "request-validators",
  "request-validator",
  "minimum-compression-size",
  "api-key-source",
  "documentation",
];

export function planApi(root: NodeMap, findings: Findings): PlannedApi {
  const info = mapOf(member(root, "info"), "info");
  const title = textOf(member(info, "title"), "info.title");
  if (title === undefined) throw importFaults.invalid("info.title is missing");
  report(root, findings);
  return {
    Name: title,
    Description: textOf(member(info, "description"), "info.description"),
    Version: textOf(member(info, "version"), "info.version"),
    ...planEndpoint(root),
    Tags: planTags(root),
  };
}

/** The extension belongs to a server; the service's own example has it at the root. */
function planEndpoint(root: NodeMap): Pick<PlannedApi, "DisableExecuteApiEndpoint" | "IpAddressType"> {
  const name = `${EXTENSION}endpoint-configuration`;
  const holders = [...(listOf(member(root, "servers"), "servers") ?? []), root];
  const configurations = holders.map((holder) => member(holder, name)).filter(isMap);
  const first = (property: string): unknown =>
    configurations.map((configuration) => member(configuration, property)).find((value) => value !== undefined);
  return {
    DisableExecuteApiEndpoint: booleanOf(first("disableExecuteApiEndpoint"), "disableExecuteApiEndpoint"),
    IpAddressType: textOf(first("ipAddressType"), "ipAddressType") as PlannedApi["IpAddressType"],
  };
}

/** Source: API Gateway Developer Guide, "x-amazon-apigateway-tag-value property": a tag without it has the value "". */
function planTags(root: NodeMap): PlannedApi["Tags"] {
  const tags = listOf(member(root, "tags"), "tags");
  if (tags === undefined) return undefined;
  const pairs = tags.map((tag): [string, string] => {
    const name = textOf(member(tag, "name"), "tags.name");
    if (name === undefined) throw importFaults.invalid("a tag has no name");
    return [name, textOf(member(tag, `${EXTENSION}tag-value`), `tags.${name}`) ?? ""];
  });
  return Object.fromEntries(pairs);
}

/** A resource policy restricts access, so ignoring it is worth a warning; the other extensions are not. Our choice. */
function report(root: NodeMap, findings: Findings): void {
  if (member(root, `${EXTENSION}policy`) !== undefined) {
    findings.warn(`${EXTENSION}policy is not supported for HTTP APIs, ignoring.`);
  }
  for (const name of REST_ONLY) {
    if (member(root, EXTENSION + name) !== undefined) findings.info(unsupported(EXTENSION + name));
  }
  // REST APIs do not apply it either; unverified for HTTP APIs.
  if (member(root, "security") !== undefined) findings.info(unsupported("security"));
  if (member(member(root, "components"), "schemas") !== undefined) findings.info(unsupported("components.schemas"));
}

/** Checks parameter mappings when they are stored, with the grammar that the data plane compiles them by. */
import type { MappingSide } from "../../../expressions/mapping-value.ts";
import { parseMappingValue } from "../../../expressions/mapping-value.ts";
import {
  type MessageMapping,
  type MessageMappingFault,
  parseMessageRequestMapping,
} from "../../../expressions/message-mapping.ts";
import { isMappableStatus, parseParameterMapping } from "../../../expressions/parameter-mapping.ts";
import { serviceIntegration } from "../../../model/service-integrations.ts";
import { integrationFaults } from "../../faults.ts";

type Texts = Readonly<Record<string, string>>;

/** Parameters of an HTTP API's integration without a subtype. */
export function checkRequestMappings(parameters: Texts = {}): void {
  for (const [key, value] of Object.entries(parameters)) checkMapping("request", key, value);
}

/** Status by status: API Gateway Developer Guide, "Transforming API responses". */
export function checkResponseMappings(parameters: Readonly<Record<string, Texts>> = {}): void {
  for (const [status, mappings] of Object.entries(parameters)) {
    if (!isMappableStatus(status)) throw integrationFaults.status(status);
    for (const [key, value] of Object.entries(mappings)) checkMapping("response", key, value);
  }
}

function checkMapping(side: MappingSide, key: string, value: string): void {
  const parsed = parseParameterMapping(side, key, value);
  if (parsed.kind !== "fault") return;
  const fault = side === "request" ? integrationFaults.requestMapping : integrationFaults.responseMapping;
  switch (parsed.fault) {
    case "key":
      throw fault(key);
    case "reserved":
      throw fault(`${key}: the header is reserved`);
    case "status":
      throw integrationFaults.status(value);
    case "source":
      throw integrationFaults.source(parsed.source, key);
  }
}

/** Parameters of an integration with a subtype: plain names, all of the required ones. */
export function checkServiceParameters(subtype: string, parameters: Texts = {}): void {
  const service = serviceIntegration(subtype);
  if (!service) throw integrationFaults.subtype(subtype);
  const missing = service.required.filter((name) => !Object.hasOwn(parameters, name));
  if (missing.length > 0) throw integrationFaults.subtypeParameters(subtype, missing);
  for (const [name, value] of Object.entries(parameters)) {
    if (!service.required.includes(name) && !service.optional.includes(name)) {
      throw integrationFaults.subtypeUnknownParameter(subtype, name);
    }
    const parsed = parseMappingValue("request", value);
    if (parsed.kind === "fault") throw integrationFaults.source(parsed.source, name);
  }
}

/** Parameters of a WebSocket API's integration. */
export function checkMessageMappings(parameters: Texts = {}): void {
  for (const [key, value] of Object.entries(parameters)) {
    requireMapping(parseMessageRequestMapping(key, value), integrationFaults.requestMapping, key, value);
  }
}

/** Throws the fault of one entry of a WebSocket API's mappings, if it has one. */
export function requireMapping(
  parsed: MessageMapping | MessageMappingFault,
  fault: (detail: string) => Error,
  key: string,
  value: string,
): void {
  if (parsed.kind === "mapping") return;
  throw parsed.fault === "key" ? fault(key) : integrationFaults.source(value, key);
}

/** `x-amazon-apigateway-integration` objects, and those in `components` that operations share. */
import { importFaults } from "../../faults.ts";
import { type Findings, unsupported } from "./findings.ts";
import {
  integerOf,
  isMap,
  MalformedNodeError,
  mapOf,
  member,
  membersOf,
  type NodeMap,
  textMapOf,
  textOf,
} from "../node.ts";
import type { PlannedIntegration } from "./planned.ts";
import { pointerOf, resolve } from "./references.ts";

export const INTEGRATION = "x-amazon-apigateway-integration";
export const INTEGRATIONS = "x-amazon-apigateway-integrations";

/** Properties that only REST and WebSocket APIs have a use for. */
const IGNORED = [
  "passthroughBehavior",
  "requestTemplates",
  "responses",
  "contentHandling",
  "cacheKeyParameters",
  "cacheNamespace",
];

/** The integrations of a document: every inline one is its own, a referenced one exists once. */
export class PlannedIntegrations {
  readonly #root: NodeMap;
  readonly #findings: Findings;
  readonly #planned: PlannedIntegration[] = [];
  readonly #shared = new Map<string, PlannedIntegration>();
  /** YAML aliases lead to one node from many places: it is read once. */
  readonly #inputs = new WeakMap<object, PlannedIntegration["input"]>();

  constructor(root: NodeMap, findings: Findings) {
    this.#root = root;
    this.#findings = findings;
  }

  all(): readonly PlannedIntegration[] {
    return this.#planned;
  }

  /** The integration of an operation; undefined where it has none. `path` is for the real service's text. */
  of(operation: NodeMap, where: string, path: string): PlannedIntegration | undefined {
    const node = member(operation, INTEGRATION);
    if (node === undefined) return undefined;
    const pointer = pointerOf(node);
    return pointer === undefined ? this.#plan(node, where, path) : this.share(pointer, where, path);
  }

  /** The integration that a pointer leads to. */
  share(pointer: string, where: string, path: string): PlannedIntegration {
    const known = this.#shared.get(pointer);
    if (known) return known;
    const planned = this.#plan(resolve(this.#root, { $ref: pointer }), where, path);
    this.#shared.set(pointer, planned);
    return planned;
  }

  #plan(node: unknown, where: string, path: string): PlannedIntegration {
    if (!isMap(node)) throw importFaults.integration(path, "it is not an object");
    const planned = { where, input: this.#inputs.get(node) ?? this.#read(node, where, path) };
    this.#planned.push(planned);
    return planned;
  }

  #read(node: NodeMap, where: string, path: string): PlannedIntegration["input"] {
    try {
      const input = inputOf(node);
      this.#inputs.set(node, input);
      const ignored = IGNORED.filter((property) => member(node, property) !== undefined);
      for (const property of ignored) this.#findings.info(unsupported(`${where}.${INTEGRATION}.${property}`));
      return input;
    } catch (error) {
      if (!(error instanceof MalformedNodeError)) throw error;
      throw importFaults.integration(path, error.message, error);
    }
  }
}

/**
 * Those of `components` come first, used or not: an export keeps integrations there that no route targets, and an import
 * of it must recreate them. For documents from elsewhere this is our choice.
 */
export function planIntegrations(root: NodeMap, findings: Findings): PlannedIntegrations {
  const integrations = new PlannedIntegrations(root, findings);
  for (const [name] of membersOf(member(member(root, "components"), INTEGRATIONS), INTEGRATIONS)) {
    const pointer = `#/components/${INTEGRATIONS}/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`;
    integrations.share(pointer, `components.${INTEGRATIONS}.${name}`, pointer);
  }
  return integrations;
}

/** Source: API Gateway Developer Guide, "x-amazon-apigateway-integration object". */
function inputOf(node: NodeMap): PlannedIntegration["input"] {
  const text = (property: string) => textOf(member(node, property), property);
  const type = text("type");
  if (type === undefined) throw new MalformedNodeError("type is missing");
  return {
    IntegrationType: type.toUpperCase() as PlannedIntegration["input"]["IntegrationType"],
    IntegrationSubtype: text("integrationSubtype"),
    IntegrationUri: text("uri"),
    IntegrationMethod: text("httpMethod"),
    PayloadFormatVersion: text("payloadFormatVersion"),
    CredentialsArn: text("credentials"),
    ConnectionType: text("connectionType")?.toUpperCase() as PlannedIntegration["input"]["ConnectionType"],
    ConnectionId: text("connectionId"),
    TimeoutInMillis: integerOf(member(node, "timeoutInMillis"), "timeoutInMillis"),
    RequestParameters: textMapOf(member(node, "requestParameters"), "requestParameters"),
    ResponseParameters: responseParameters(node),
    TlsConfig: tlsConfig(node),
    Description: text("description"),
  };
}

function responseParameters(node: NodeMap): PlannedIntegration["input"]["ResponseParameters"] {
  const statuses = mapOf(member(node, "responseParameters"), "responseParameters");
  if (statuses === undefined) return undefined;
  const read = ([status, map]: [string, unknown]) => [status, textMapOf(map, `responseParameters.${status}`) ?? {}];
  return Object.fromEntries(Object.entries(statuses).map(read));
}

function tlsConfig(node: NodeMap): PlannedIntegration["input"]["TlsConfig"] {
  const name = textOf(member(member(node, "tlsConfig"), "serverNameToVerify"), "tlsConfig.serverNameToVerify");
  return name === undefined ? undefined : { ServerNameToVerify: name };
}

import { createHash } from "node:crypto";
import type { Ledger } from "../../ledger/ledger.ts";
import { partitionOf } from "../../model/arn.ts";
import type {
  FunctionAliasDocument,
  FunctionDocument,
  FunctionPolicyDocument,
  FunctionVersionDocument,
} from "../../model/function-documents.ts";
import { keys, parseFunctionKey, type Tenant } from "../../model/keys.ts";
import { parseFunctionArn } from "../function-arn.ts";
import type { FunctionDefinition } from "../function-host.ts";
import type { CodeStore } from "./code/code-store.ts";
import { ResourcePolicy } from "./resource-policy.ts";

/** A function that is hosted here, as an ARN names it. */
export interface ResolvedFunction {
  readonly kind: "function";
  /** As it was named, with the qualifier. */
  readonly arn: string;
  readonly account: string;
  readonly policy: ResourcePolicy;
  /** The version to run. An alias may share calls among two. */
  choose(): FunctionDefinition;
}

/** `function`: there is none of that name; `qualifier`: the function has no such version or alias. */
export interface UnresolvedFunction {
  readonly kind: "missing";
  readonly what: "function" | "qualifier";
  readonly arn: string;
}

export type Resolution = ResolvedFunction | UnresolvedFunction;

interface Share {
  readonly definition: FunctionDefinition;
  /** Part of the calls, 0 to 1. */
  readonly weight: number;
}

/** Names come from definitions, so that there are not many; a bound all the same. Our choice. */
const MAX_REMEMBERED = 10_000;

export const functionArn = ({ account, region }: Tenant, name: string, qualifier?: string): string =>
  `arn:${partitionOf(region)}:lambda:${region}:${account}:function:${name}${qualifier === undefined ? "" : `:${qualifier}`}`;

/**
 * What functions' ARNs stand for. Everything is remembered until the ledger tells of a change, so that a call of a known
 * function reads nothing.
 */
export class FunctionResolver {
  readonly #ledger: Ledger;
  readonly #code: CodeStore;
  readonly #random: () => number;
  readonly #known = new Map<string, Resolution>();
  /** Counts changes of functions: what was read before one must not be remembered after it. */
  #changes = 0;
  readonly #unsubscribe: () => void;

  constructor(ledger: Ledger, code: CodeStore, random: () => number = Math.random) {
    this.#ledger = ledger;
    this.#code = code;
    this.#random = random;
    this.#unsubscribe = ledger.subscribe((changes) => {
      for (const { key } of changes) if (key.startsWith("functions/")) this.#forget(key);
    });
  }

  /** What is remembered of an ARN. */
  peek(arn: string): Resolution | undefined {
    return this.#known.get(arn);
  }

  /** Throws what the ledger throws, and CodeMissingError. */
  async resolve(arn: string): Promise<Resolution> {
    const known = this.#known.get(arn);
    if (known) return known;
    const before = this.#changes;
    const resolution = await this.#read(arn);
    if (before === this.#changes) {
      if (this.#known.size >= MAX_REMEMBERED) this.#known.clear();
      this.#known.set(arn, resolution);
    }
    return resolution;
  }

  close(): void {
    this.#unsubscribe();
    this.#known.clear();
  }

  #forget(key: string): void {
    this.#changes += 1;
    const changed = parseFunctionKey(key);
    if (!changed) return;
    const arn = functionArn(changed, changed.name);
    for (const known of this.#known.keys()) {
      if (known === arn || known.startsWith(`${arn}:`)) this.#known.delete(known);
    }
  }

  async #read(arn: string): Promise<Resolution> {
    const named = parseFunctionArn(arn);
    const document = named && (await this.#ledger.get<FunctionDocument>(keys.function(named, named.name)));
    if (!named || !document) return { kind: "missing", what: "function", arn };
    const owner = document.value;
    const shares = await this.#shares(owner, named, named.qualifier);
    if (!shares) return { kind: "missing", what: "qualifier", arn };
    // The unpublished version has no policy of its own (observed: AddPermission refuses it).
    const qualifier = named.qualifier === "$LATEST" ? undefined : named.qualifier;
    const policy = await this.#ledger.get<FunctionPolicyDocument>(keys.functionPolicy(named, named.name, qualifier));
    return {
      kind: "function",
      arn: qualifier === undefined ? named.arn : arn,
      account: owner.Account,
      policy: new ResourcePolicy(policy?.value.Statements ?? []),
      choose: () => chosen(shares, this.#random),
    };
  }

  async #shares(
    owner: FunctionDocument,
    tenant: Tenant,
    qualifier: string | undefined,
  ): Promise<readonly Share[] | undefined> {
    if (qualifier === undefined || qualifier === "$LATEST" || /^\d+$/.test(qualifier)) {
      const definition = await this.#definition(owner, tenant, qualifier ?? "$LATEST");
      return definition && [{ definition, weight: 1 }];
    }
    const key = keys.functionAlias(tenant, owner.Name, qualifier);
    const alias = (await this.#ledger.get<FunctionAliasDocument>(key))?.value;
    if (!alias) return undefined;
    const others = Object.entries(alias.RoutingConfig?.AdditionalVersionWeights ?? {});
    const rest = others.reduce((left, [, weight]) => left - weight, 1);
    const shares: Share[] = [];
    for (const [version, weight] of [[alias.FunctionVersion, rest] as const, ...others]) {
      const definition = await this.#definition(owner, tenant, version);
      if (!definition) return undefined;
      shares.push({ definition, weight });
    }
    return shares;
  }

  async #definition(owner: FunctionDocument, tenant: Tenant, version: string): Promise<FunctionDefinition | undefined> {
    const document =
      version === "$LATEST"
        ? owner.Latest
        : (await this.#ledger.get<FunctionVersionDocument>(keys.functionVersion(tenant, owner.Name, version)))?.value;
    if (!document) return undefined;
    const { Settings, Code } = document;
    const layers = Settings.Layers.map(({ Code: code }) => code);
    return {
      arn: functionArn(tenant, owner.Name),
      name: owner.Name,
      account: owner.Account,
      region: owner.Region,
      version,
      revision: editionOf(document),
      runtime: Settings.Runtime,
      handler: Settings.Handler ?? "",
      codeFolder: await this.#code.folder(Code),
      watched: Code.Kind === "folder" || layers.some(({ Kind }) => Kind === "folder"),
      layerFolders: await Promise.all(layers.map((code) => this.#code.folder(code))),
      environment: Settings.Environment ?? {},
      memoryMb: Settings.MemorySize,
      timeoutSeconds: Settings.Timeout,
      reservedConcurrency: owner.ReservedConcurrency,
    };
  }
}

/** Short, since hosts may make names of it. */
function editionOf({ Edition, Version }: FunctionVersionDocument): string {
  return createHash("sha256").update(`${Version}\n${Edition}`).digest("hex").slice(0, 32);
}

function chosen(shares: readonly Share[], random: () => number): FunctionDefinition {
  const [first, ...others] = shares as readonly [Share, ...Share[]];
  if (others.length === 0) return first.definition;
  let at = random();
  for (const { definition, weight } of others) {
    if (at < weight) return definition;
    at -= weight;
  }
  return first.definition;
}

import { partitionOf } from "../../../model/arn.ts";
import type { Tenant } from "../../../model/keys.ts";

/** A layer as a call names it: by name, or by an ARN with or without the version. */
export interface NamedLayer {
  readonly account: string | undefined;
  readonly region: string | undefined;
  readonly name: string;
  readonly version: number | undefined;
}

const LAYER_ARN = /^arn:aws[a-zA-Z-]*:lambda:([a-z0-9-]+):(\d{12}):layer:([\w-]+)(?::(\d{1,9}))?$/;

/** Takes a layer's name or ARN apart; undefined when it is neither. */
export function parseLayerName(text: string): NamedLayer | undefined {
  if (/^[\w-]+$/.test(text)) return { account: undefined, region: undefined, name: text, version: undefined };
  const match = LAYER_ARN.exec(text);
  if (!match) return undefined;
  const [, region, account, name = "", version] = match;
  return { account, region, name, version: version === undefined ? undefined : Number(version) };
}

export const layerArn = ({ account, region }: Tenant, name: string, version?: number): string =>
  `arn:${partitionOf(region)}:lambda:${region}:${account}:layer:${name}${version === undefined ? "" : `:${version}`}`;

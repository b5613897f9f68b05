import { ConfigError } from "../config/config.ts";
import type { Address, Config } from "../config/settings.ts";
import type { ControlSettings } from "../control/operation.ts";
import { DEFAULT_QUOTAS, type Quotas } from "../control/quotas.ts";
import { strictReferences } from "./strict-references.ts";

/** What the control plane needs to know of the configuration. `edge`: where the HTTP edge listens, once it does. */
export function controlSettings(config: Config, edge: () => Address | undefined): ControlSettings {
  return {
    quotas: quotasOf(config),
    references: config.strictReferences ? strictReferences() : undefined,
    checkVpcLinks: true,
    vpcLinkDelayMs: config.vpcLinkDelayMs,
    endpointOf: (apiId, protocolType, region) => {
      const scheme = protocolType === "WEBSOCKET" ? "ws" : "http";
      const port = edge()?.port;
      const suffix = port === undefined || port === 80 ? "" : `:${port}`;
      return `${scheme}://${apiId}.execute-api.${region}.${config.endpointDomain}${suffix}`;
    },
  };
}

function quotasOf(config: Config): Quotas {
  const unknown = Object.keys(config.quotas).find((name) => !(name in DEFAULT_QUOTAS));
  if (unknown !== undefined) {
    throw new ConfigError(`unknown quota "${unknown}". Quotas are ${Object.keys(DEFAULT_QUOTAS).join(", ")}`);
  }
  return { ...DEFAULT_QUOTAS, ...config.quotas };
}

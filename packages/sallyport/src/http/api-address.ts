import type { Exchange } from "./exchange.ts";

/** Which API a request is for, as its host or path tell. */
export interface ApiAddress {
  readonly apiId: string;
  /** Region that the host names; undefined in the path form, where it is the API's own. */
  readonly region: string | undefined;
  /** The host as matched, lower case, without port; undefined in the path form: the API's default host. */
  readonly domainName: string | undefined;
  /** Where in the exchange's target the path of the API begins. */
  readonly pathAt: number;
}

/** Tells an exchange's API; undefined: it is for none. */
export type Addressing = (exchange: Exchange) => ApiAddress | undefined;

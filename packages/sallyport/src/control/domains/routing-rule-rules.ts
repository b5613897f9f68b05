/**
 * What a routing rule may say. Source: "Routing rules to connect API stages to a custom domain name for REST APIs" and
 * its pages on conditions and quotas.
 */
import { isReservedHeader } from "../../expressions/reserved-headers.ts";
import type {
  RoutingRuleAction,
  RoutingRuleCondition,
  RoutingRuleMatchHeaderValue,
} from "../../model/generated/apigatewayv2.ts";
import { routingRuleFaults } from "../faults.ts";
import { compact } from "../patch.ts";
import { hasMappingKeyCharacters } from "./api-mapping-keys.ts";

const MAXIMUM_HEADER_CONDITIONS = 2;
const MAXIMUM_BASE_PATH_CONDITIONS = 1;
const BASE_PATH_LENGTH_BELOW = 128;
const GLOB_LENGTH_BELOW = 128;
/** For `*x*`, which has to look at every position of a value. */
const CONTAINS_GLOB_LENGTH_BELOW = 40;

/** The documented characters without `*`: a header's name has no wildcard. */
const HEADER = /^[A-Za-z0-9?\-!#$%&'.^_`|~]{1,39}$/;

/**
 * The documented list of characters lacks `/`, `=`, `;` and blanks, which the guide's own examples use
 * (`image/webp`, `*ux=beta*`), so everything that a header's value can show is taken (our choice).
 */
const GLOB = /^\*?[ -)+-~]*\*?$/;

/** What conditions may not look at besides the headers that mappings may not write. */
const FORBIDDEN_HEADERS: ReadonlySet<string> = new Set(["x-apigw-api-id", "x-restapi"]);

/** The conditions as they are stored. All must hold; none is a catch-all. */
export function conditionsOf(sent: readonly RoutingRuleCondition[]): readonly RoutingRuleCondition[] {
  const conditions = sent.map(conditionOf);
  const headers = conditions.filter((condition) => condition.MatchHeaders).length;
  if (headers > MAXIMUM_HEADER_CONDITIONS) throw routingRuleFaults.headerConditions();
  if (conditions.length - headers > MAXIMUM_BASE_PATH_CONDITIONS) throw routingRuleFaults.basePathConditions();
  return conditions;
}

/** The one action as it is stored, with its defaults. */
export function actionOf(sent: readonly RoutingRuleAction[]): RoutingRuleAction {
  const [action, ...others] = sent;
  if (action === undefined || others.length > 0) throw routingRuleFaults.actions();
  const { ApiId, Stage, StripBasePath = false } = action.InvokeApi;
  return { InvokeApi: { ApiId, Stage, StripBasePath } };
}

function conditionOf({ MatchHeaders, MatchBasePaths }: RoutingRuleCondition): RoutingRuleCondition {
  if ((MatchHeaders === undefined) === (MatchBasePaths === undefined)) throw routingRuleFaults.condition();
  return compact({
    MatchHeaders: MatchHeaders && { AnyOf: [headerOf(only(MatchHeaders.AnyOf, "matchHeaders"))] },
    MatchBasePaths: MatchBasePaths && { AnyOf: [basePathOf(only(MatchBasePaths.AnyOf, "matchBasePaths"))] },
  });
}

function only<T>(elements: readonly T[], member: string): T {
  const [element, ...others] = elements;
  if (element === undefined || others.length > 0) throw routingRuleFaults.anyOf(member);
  return element;
}

function headerOf({ Header, ValueGlob }: RoutingRuleMatchHeaderValue): RoutingRuleMatchHeaderValue {
  if (!HEADER.test(Header)) throw routingRuleFaults.header(Header);
  if (FORBIDDEN_HEADERS.has(Header.toLowerCase()) || isReservedHeader(Header)) {
    throw routingRuleFaults.headerForbidden(Header);
  }
  const contains = ValueGlob.length > 1 && ValueGlob.startsWith("*") && ValueGlob.endsWith("*");
  const below = contains ? CONTAINS_GLOB_LENGTH_BELOW : GLOB_LENGTH_BELOW;
  if (ValueGlob === "" || ValueGlob.length >= below || !GLOB.test(ValueGlob)) throw routingRuleFaults.glob(ValueGlob);
  return { Header, ValueGlob };
}

/** Slashes at the ends are refused as for mapping keys: no request's leading segments could equal such a path. */
function basePathOf(path: string): string {
  const fits = path !== "" && path.length < BASE_PATH_LENGTH_BELOW && hasMappingKeyCharacters(path);
  if (!fits || path.startsWith("/") || path.endsWith("/") || path.includes("//"))
    throw routingRuleFaults.basePath(path);
  return path;
}

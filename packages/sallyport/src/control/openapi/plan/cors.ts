/** Root `x-amazon-apigateway-cors`. */
import { type Findings, MALFORMED_CORS } from "./findings.ts";
import { booleanOf, integerOf, MalformedNodeError, mapOf, member, type NodeMap, textsOf } from "../node.ts";
import type { PlannedCors } from "./planned.ts";

/** Source: API Gateway Developer Guide, "x-amazon-apigateway-cors object". */
export function planCors(root: NodeMap, findings: Findings): PlannedCors | undefined {
  try {
    return corsOf(mapOf(member(root, "x-amazon-apigateway-cors"), "x-amazon-apigateway-cors"));
  } catch (error) {
    if (!(error instanceof MalformedNodeError)) throw error;
    findings.warn(MALFORMED_CORS);
    return undefined;
  }
}

function corsOf(node: NodeMap | undefined): PlannedCors | undefined {
  if (node === undefined) return undefined;
  const texts = (name: string) => textsOf(member(node, name), name);
  return {
    AllowCredentials: booleanOf(member(node, "allowCredentials"), "allowCredentials"),
    AllowHeaders: texts("allowHeaders"),
    AllowMethods: texts("allowMethods"),
    AllowOrigins: texts("allowOrigins"),
    ExposeHeaders: texts("exposeHeaders"),
    MaxAge: integerOf(member(node, "maxAge"), "maxAge"),
  };
}

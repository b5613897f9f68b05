import { isScalar, parseDocument, visit } from "yaml";
import { isVersion, versionText } from "./version-number.ts";

/**
 * How many aliases an anchor may feed, counted as the `yaml` package does. Our choice: one integration shared by every
 * route of a full API is fine, "billion laughs" is not.
 */
const MAXIMUM_ALIASES = 1000;

/** The nodes of a YAML document. Throws for anything that is not exactly one. */
export function yamlNodes(text: string): unknown {
  const document = parseDocument(text, { merge: true, prettyErrors: false });
  const [error] = document.errors;
  if (error) throw error;
  visit(document, {
    Pair: (_, { key, value }) => {
      const name = isScalar(key) ? String(key.value) : "";
      if (isVersion(name) && isScalar(value) && typeof value.value === "number") {
        value.value = versionText(name, value.source ?? String(value.value));
      }
    },
  });
  return document.toJS({ maxAliasCount: MAXIMUM_ALIASES });
}

/** Selection expressions: API Gateway Developer Guide, "WebSocket selection expressions". */

/** A piece of an expression: text as it stands, or a variable such as `request.body.action`. */
export type SelectionPart =
  | { readonly kind: "literal"; readonly text: string }
  | { readonly kind: "variable"; readonly path: string };

export type SelectionExpression = readonly SelectionPart[];

/**
 * `\$` is a dollar sign, `${a.b}` and `$a.b` are variables. Where an unbraced name ends is unverified: at the first
 * character that is no letter, digit or one of `_ . - [ ]`.
 */
const TOKEN = /\\(?<escaped>\$)|\$\{(?<braced>[^{}]+)\}|\$(?<bare>[A-Za-z][\w.\-[\]]*)|(?<text>[^$\\]+|\\)/y;

/** The pieces of an expression, or undefined when a brace is not closed or a `$` names nothing. */
export function parseSelectionExpression(text: string): SelectionExpression | undefined {
  const parts: SelectionPart[] = [];
  let literal = "";
  let position = 0;
  const endLiteral = (): void => {
    if (literal !== "") parts.push({ kind: "literal", text: literal });
    literal = "";
  };
  while (position < text.length) {
    TOKEN.lastIndex = position;
    const groups = TOKEN.exec(text)?.groups;
    if (!groups) return undefined;
    position = TOKEN.lastIndex;
    const path = groups["braced"] ?? groups["bare"];
    if (path === undefined) literal += groups["escaped"] ?? groups["text"];
    else {
      endLiteral();
      parts.push({ kind: "variable", path });
    }
  }
  endLiteral();
  return parts;
}

/** Whether the text is an expression whose variables are all among the given ones. */
export function isSelectionExpression(text: string, isVariable: (path: string) => boolean): boolean {
  const parts = parseSelectionExpression(text);
  return parts !== undefined && parts.every((part) => part.kind === "literal" || isVariable(part.path));
}

/** Variables of what a client sent: `request.body` and its parts. */
export function isRequestBodyVariable(path: string): boolean {
  return /^request\.body(?:[.[].+)?$/.test(path);
}

/** Variables of what an integration answered, and of what the client sent. */
export function isIntegrationResponseVariable(path: string): boolean {
  if (isRequestBodyVariable(path)) return true;
  return /^integration\.response\.(?:statuscode|(?:multivalue)?header\.[\w!#$%&'*+.^`|~-]+|body(?:[.[].+)?)$/.test(
    path,
  );
}

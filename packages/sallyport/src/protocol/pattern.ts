/**
 * The expression of a model's `pattern`, which must match the whole text. The models' dialect writes characters beyond
 * the basic plane as `\u10000` and escapes punctuation freely, neither of which Unicode mode takes.
 */
export function shapePattern(pattern: string): RegExp {
  const source = pattern
    .replace(/\\u(10[0-9A-Fa-f]{4}|1[0-9A-Fa-f]{4})/g, "\\u{$1}")
    .replace(/\\([^\w\s^$\\.*+?()[\]{}|/-])/g, "$1");
  return new RegExp(`^(?:${source})$`, "u");
}

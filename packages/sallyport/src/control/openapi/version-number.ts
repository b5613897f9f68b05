/** Numbers under these names stand for versions: `1.0` must stay `1.0`. */
const VERSIONS: ReadonlySet<string> = new Set([
  "version",
  "openapi",
  "payloadFormatVersion",
  "authorizerPayloadFormatVersion",
]);

/** Whether a member of this name holds a version, for which JSON and YAML know no type. */
export function isVersion(name: string): boolean {
  return VERSIONS.has(name);
}

/** A number as the author wrote it; `payloadFormatVersion: 2` means `2.0`. */
export function versionText(name: string, source: string): string {
  return /payloadFormatVersion$/i.test(name) && /^\d+$/.test(source) ? `${source}.0` : source;
}

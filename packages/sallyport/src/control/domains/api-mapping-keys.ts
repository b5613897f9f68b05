/** What an API mapping's key may be. Source: "Use API mappings", "Map API stages to a custom domain name". */
import { apiMappingFaults } from "../faults.ts";

const MAXIMUM_LENGTH = 300;
const CHARACTERS = /^[A-Za-z0-9$_.+!*'()/-]*$/;

/** `""` is the root mapping. */
export function checkMappingKey(key: string): void {
  if (!CHARACTERS.test(key)) throw apiMappingFaults.characters();
  if (key.startsWith("/") || key.includes("//")) throw apiMappingFaults.leadingSlash();
  if (key.endsWith("/")) throw apiMappingFaults.trailingSlash();
  if (key.length > MAXIMUM_LENGTH) throw apiMappingFaults.length(MAXIMUM_LENGTH);
}

/** One such key on a domain name makes it match by string prefix instead of by first segment. */
export function isMultiLevel(key: string): boolean {
  return key.includes("/");
}

/** Characters that keys and base paths of routing rules share. */
export function hasMappingKeyCharacters(text: string): boolean {
  return CHARACTERS.test(text);
}

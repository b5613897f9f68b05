import { createHash } from "node:crypto";
import type { CodeReference } from "../../../model/function-documents.ts";

/** Bytes of the archive. A folder has none: it may change at any time. */
export function codeSize(code: CodeReference): number {
  return code.Kind === "archive" ? code.Size : 0;
}

/** Base64 of the archive's SHA-256. For a folder that of its path: the member has to be there (our choice). */
export function codeSha256(code: CodeReference): string {
  if (code.Kind === "archive") return Buffer.from(code.Sha256, "hex").toString("base64");
  return createHash("sha256").update(code.Path).digest("base64");
}

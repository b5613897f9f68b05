import { CodeError } from "../../../functions/hosted/code/code-error.ts";
import { isLocalLocation, localFolder } from "../../../functions/hosted/code/local-folder.ts";
import { MAX_UNPACKED_BYTES } from "../../../functions/hosted/code/archive.ts";
import type { CodeReference } from "../../../model/function-documents.ts";
import { AwsError } from "../../../model/errors.ts";
import { faults, invalidParameter } from "../faults.ts";
import type { Call } from "../operation.ts";

/** Where a call says that code is. */
export interface CodeLocation {
  readonly ZipFile?: Uint8Array | string;
  readonly S3Bucket?: string;
  readonly S3Key?: string;
  readonly S3ObjectVersion?: string;
  readonly ImageUri?: string;
  readonly SourceKMSKeyArn?: string;
}

/**
 * Takes the code of a call over. A folder of this machine is named by a `file://` URL in `S3Key`, whatever the bucket: an
 * extension, for callers of this machine.
 */
export async function takeCode(
  location: CodeLocation,
  call: Call,
  { keep = true }: { readonly keep?: boolean } = {},
): Promise<CodeReference> {
  const { ZipFile: zip, S3Key: key, S3Bucket: bucket, ImageUri: image } = location;
  if (image !== undefined) throw faults.notHonoured("ImageUri", "container images do not run here, only zip archives");
  if (location.SourceKMSKeyArn !== undefined) throw faults.notHonoured("SourceKMSKeyArn", "there are no keys here");
  if ((zip !== undefined) === (key !== undefined || bucket !== undefined)) {
    throw invalidParameter("Please provide a source for function code: ZipFile, or S3Bucket and S3Key");
  }
  try {
    if (zip !== undefined) return await takeArchive(zip, call, keep);
    if (key === undefined || !isLocalLocation(key)) {
      throw faults.notHonoured("S3Bucket", "send the archive as ZipFile, or name a folder as S3Key file:///folder");
    }
    return await takeFolder(key, call);
  } catch (error) {
    throw error instanceof CodeError ? refused(error) : error;
  }
}

async function takeArchive(zip: Uint8Array | string, { world }: Call, keep: boolean): Promise<CodeReference> {
  const bytes = typeof zip === "string" ? Buffer.from(zip, "base64") : zip;
  if (!keep) return world.code.check(bytes);
  await world.runtime.collectCode();
  return world.code.put(bytes);
}

async function takeFolder(key: string, { world }: Call): Promise<CodeReference> {
  if (!world.localFolders) {
    throw faults.notHonoured("S3Key", "folders of this machine need --local-code where credentials are configured");
  }
  return { Kind: "folder", Path: await localFolder(key) };
}

function refused(error: CodeError): AwsError {
  if (error.message.startsWith("Zipped size")) {
    return new AwsError("RequestEntityTooLargeException", 413, error.message, { cause: error });
  }
  return invalidParameter(error.message, error);
}

/** Function and layers together: AWS Lambda Developer Guide, "Lambda quotas". */
export function refuseTooMuch(code: CodeReference, layers: readonly CodeReference[]): void {
  const total = [code, ...layers].reduce((sum, each) => sum + (each.Kind === "archive" ? each.UnpackedBytes : 0), 0);
  if (total <= MAX_UNPACKED_BYTES) return;
  throw invalidParameter(
    `Function code combined with layers exceeds the maximum allowed size of ${MAX_UNPACKED_BYTES} bytes. ` +
      `The actual size is ${total} bytes.`,
  );
}

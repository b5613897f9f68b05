import { AwsError } from "../../model/errors.ts";

/**
 * What a caller is told whose signature is not accepted. Codes and statuses as REST services word them; the query
 * protocol renames them on the way out. Texts are those of the real service, observed unless marked.
 */
export const signatureErrors = {
  missing: () => new AwsError("MissingAuthenticationTokenException", 403, "Missing Authentication Token"),
  incomplete: (message: string) => new AwsError("IncompleteSignatureException", 403, message),
  invalid: (message: string) => new AwsError("InvalidSignatureException", 403, message),
  unknownKey: () =>
    new AwsError("UnrecognizedClientException", 403, "The security token included in the request is invalid."),
  expiredToken: () =>
    new AwsError("ExpiredTokenException", 403, "The security token included in the request is expired"),
  mismatch: (cause?: unknown) =>
    new AwsError(
      "InvalidSignatureException",
      403,
      "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key " +
        "and signing method. Consult the service documentation for details.",
      { cause },
    ),
  /** Amazon S3 API Reference, "Error responses". */
  contentMismatch: () =>
    new AwsError(
      "XAmzContentSHA256Mismatch",
      400,
      "The provided 'x-amz-content-sha256' header does not match what was computed.",
    ),
  /** Text unverified. */
  malformedBody: (message: string) => new AwsError("IncompleteBody", 400, message),
};

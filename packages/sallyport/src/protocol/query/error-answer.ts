import type { AwsError } from "../../model/errors.ts";
import type { AwsResponse } from "../service.ts";
import { element, escapeXml } from "./xml.ts";

export interface QueryCode {
  readonly code: string;
  readonly status?: number;
}

/** IAM API Reference, "Common Errors": the query protocol has older names for what REST services call `…Exception`. */
const CODES: Readonly<Record<string, QueryCode>> = {
  MissingAuthenticationTokenException: { code: "MissingAuthenticationToken" },
  UnrecognizedClientException: { code: "InvalidClientTokenId" },
  InvalidSignatureException: { code: "SignatureDoesNotMatch" },
  IncompleteSignatureException: { code: "IncompleteSignature", status: 400 },
  ExpiredTokenException: { code: "ExpiredToken" },
  AccessDeniedException: { code: "AccessDenied" },
  InternalServerException: { code: "InternalFailure" },
};

/** An error as a client of the query protocol expects it. */
export function queryError(error: AwsError, requestId: string, xmlNamespace: string): AwsResponse {
  const known = Object.hasOwn(CODES, error.code) ? CODES[error.code] : undefined;
  const status = known?.status ?? error.status;
  const detail = [
    element("Type", status >= 500 ? "Receiver" : "Sender"),
    element("Code", escapeXml(known?.code ?? error.code)),
    element("Message", escapeXml(error.message)),
  ].join("");
  const body = `<ErrorResponse xmlns="${escapeXml(xmlNamespace)}">${element("Error", detail)}${element("RequestId", escapeXml(requestId))}</ErrorResponse>`;
  return { status, headers: { "x-amzn-RequestId": requestId, "content-type": "text/xml" }, body };
}

/** A VPC link's status is never stored: it follows from when the link was made and when its deletion was asked for. */
import type { VpcLinkDocument } from "../../model/documents.ts";
import type { VpcLink } from "../../model/generated/apigatewayv2.ts";
import type { Call } from "../operation.ts";

type Status = Required<Pick<VpcLink, "VpcLinkStatus" | "VpcLinkStatusMessage">>;

/** The moment of a call, and how long a link is in between. */
type Moment = Pick<Call, "now"> & { readonly settings: Pick<Call["settings"], "vpcLinkDelayMs"> };

/** Status and message as clients see them. The texts of PENDING and DELETING are unverified. */
export function statusOf(link: VpcLinkDocument, { now, settings }: Moment): Status {
  if (link.DeletedMs !== undefined) {
    return { VpcLinkStatus: "DELETING", VpcLinkStatusMessage: "VPC link is deleting ENIs" };
  }
  return now < link.CreatedMs + settings.vpcLinkDelayMs
    ? { VpcLinkStatus: "PENDING", VpcLinkStatusMessage: "VPC link is provisioning ENIs" }
    : { VpcLinkStatus: "AVAILABLE", VpcLinkStatusMessage: "VPC link is ready to route traffic" };
}

/** Whether a deleted link's time is over: clients get 404 from then on. */
export function isGone(link: VpcLinkDocument, { now, settings }: Moment): boolean {
  return link.DeletedMs !== undefined && now >= link.DeletedMs + settings.vpcLinkDelayMs;
}

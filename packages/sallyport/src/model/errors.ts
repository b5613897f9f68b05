/**
 * An error that an AWS client sees. `message`, `code` and `status` are public and safe; `cause` is private and goes to
 * the log and the trace only.
 */
export class AwsError extends Error {
  override readonly name = "AwsError";
  /** The exception's name on the wire, for example `NotFoundException`. */
  readonly code: string;
  readonly status: number;
  /** Further members of the error's body, for example `resourceType`. */
  readonly members: Readonly<Record<string, string>>;

  constructor(code: string, status: number, message: string, options: AwsErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.status = status;
    this.members = options.members ?? {};
  }
}

export interface AwsErrorOptions {
  readonly cause?: unknown;
  readonly members?: Readonly<Record<string, string>>;
}

export const badRequest = (message: string, cause?: unknown): AwsError =>
  new AwsError("BadRequestException", 400, message, { cause });
export const notFound = (message: string, cause?: unknown): AwsError =>
  new AwsError("NotFoundException", 404, message, { cause });
export const conflict = (message: string, cause?: unknown): AwsError =>
  new AwsError("ConflictException", 409, message, { cause });
export const tooMany = (message: string, cause?: unknown): AwsError =>
  new AwsError("TooManyRequestsException", 429, message, { cause });

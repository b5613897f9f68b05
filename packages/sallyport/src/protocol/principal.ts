/** An IAM policy document as configured, not yet checked. */
export type PolicyDocument = Readonly<Record<string, unknown>>;

/** Somebody who may sign requests. Comes from the credentials file. */
export interface Principal {
  readonly accessKeyId: string;
  readonly account: string;
  readonly arn: string;
  /** The `AIDA…`/`AROA…` id that STS tells. */
  readonly userId: string;
  /** undefined: everything is allowed. */
  readonly policies: readonly PolicyDocument[] | undefined;
}

export interface PrincipalSecret {
  readonly principal: Principal;
  readonly secretAccessKey: string;
  /** Must come as `x-amz-security-token` when set. */
  readonly sessionToken?: string;
  /** Milliseconds since 1970 at which temporary credentials end. */
  readonly expiresAt?: number;
}

/** Knows who signs with an access key. */
export interface PrincipalStore {
  find(accessKeyId: string): PrincipalSecret | undefined;
}

/** AWS Security Token Service: who a caller is, and temporary credentials. */
import { AwsError } from "../../model/errors.ts";
import type { Operations } from "../../model/generated/sts.ts";
import type { PrincipalStore } from "../../protocol/principal.ts";
import { createQueryService } from "../../protocol/query/server.ts";
import type { AwsService, Caller } from "../../protocol/service.ts";
import { loadServiceModel } from "../../protocol/service-model.ts";
import type { TemporaryCredentials } from "../../protocol/temporary-credentials.ts";
import { assumeRole, getSessionToken } from "./temporary.ts";

export interface StsOptions {
  /** Gets what the caller is not told: the cause of a 5xx. */
  readonly onError: (error: unknown, requestId: string) => void;
  /**
   * Where credentials are issued that the gateway then accepts. Without it AssumeRole and GetSessionToken are refused,
   * since nothing would know what they hand out.
   */
  readonly temporary?: TemporaryCredentials;
  /** Whose access keys GetAccessKeyInfo knows. Default: the caller's own only. */
  readonly principals?: PrincipalStore;
}

type OperationName = keyof Operations;
type Handlers = {
  readonly [O in OperationName]?: (input: Operations[O]["input"], caller: Caller) => Operations[O]["output"];
};

/** `sts`, driven by its model. What can not be honoured is refused by name. */
export function createStsService({ onError, temporary, principals }: StsOptions): AwsService {
  const handlers: Handlers = {
    GetCallerIdentity: (_, { principal }) => ({
      UserId: principal.userId,
      Account: principal.account,
      Arn: principal.arn,
    }),
    GetAccessKeyInfo: ({ AccessKeyId }, { principal }) => ({
      Account: accountOf(AccessKeyId, principal, principals),
    }),
    ...(temporary && {
      GetSessionToken: (input, caller) => getSessionToken(temporary, input, caller),
      AssumeRole: (input, caller) => assumeRole(temporary, input, caller),
    }),
  };
  return createQueryService({
    model: loadServiceModel("sts"),
    onError,
    invoke: async (operation, input, caller) => {
      const handler = handlers[operation as OperationName] as Handler | undefined;
      if (!handler) throw unsupported(operation);
      return handler(input, caller);
    },
  });
}

type Handler = (input: object, caller: Caller) => object;

/** The real service reads the account out of the key itself; here only known keys have one. Text: our choice. */
function accountOf(accessKeyId: string, caller: Caller["principal"], principals: PrincipalStore | undefined): string {
  if (accessKeyId === caller.accessKeyId) return caller.account;
  const account = principals?.find(accessKeyId)?.principal.account;
  if (account === undefined) throw new AwsError("ValidationError", 400, `Unknown access key: ${accessKeyId}`);
  return account;
}

function unsupported(operation: string): AwsError {
  return new AwsError("UnsupportedOperation", 400, `Sallyport does not serve sts:${operation}`);
}

import assert from "node:assert/strict";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { TestContext } from "node:test";
import { parseAwsEndpoints } from "../../../src/config/aws-endpoints.ts";
import type { PrincipalStore } from "../../../src/protocol/principal.ts";
import type { AwsRequest } from "../../../src/protocol/service.ts";
import { verifySignature } from "../../../src/protocol/sigv4/verify.ts";
import type { SigningCredentials } from "../../../src/protocol/sigv4/sign.ts";
import type { Harness } from "../../http/gateway-harness.ts";
import { openBackend, openGateway } from "../../http/gateway-harness.ts";

export const ROLE = "arn:aws:iam::111122223333:role/caller";
export const CREDENTIALS: SigningCredentials = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "wJalrXUtnFEMI/K7MDENG" };

/** A call that arrived with a valid signature. */
export interface Call {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Of the signature's scope. */
  readonly service: string;
  readonly region: string;
}

export type Respond = (call: Call, response: ServerResponse) => void;

function storeOf(credentials: readonly SigningCredentials[]): PrincipalStore {
  return {
    find: (accessKeyId) => {
      const found = credentials.find((candidate) => candidate.accessKeyId === accessKeyId);
      const principal = { accessKeyId, account: "111122223333", arn: ROLE, userId: "AROA", policies: undefined };
      return found && { principal, secretAccessKey: found.secretAccessKey, sessionToken: found.sessionToken };
    },
  };
}

async function received(message: IncomingMessage): Promise<AwsRequest> {
  const [path = "", query = ""] = (message.url ?? "").split("?");
  const headers = Object.fromEntries(Object.entries(message.headers).map(([name, value]) => [name, String(value)]));
  return { method: message.method ?? "", path, query, headers, body: Buffer.concat(await message.toArray()) };
}

/** An endpoint for every service that accepts nothing but requests signed with the credentials. */
export async function openEndpoint(
  context: TestContext,
  respond: Respond,
  credentials: readonly SigningCredentials[] = [CREDENTIALS],
): Promise<{ readonly url: string; readonly calls: Call[] }> {
  const calls: Call[] = [];
  const serve = async (message: IncomingMessage, response: ServerResponse): Promise<void> => {
    const request = await received(message);
    const { method, path, query, headers, body } = request;
    try {
      const { scope } = verifySignature(request, storeOf(credentials), { now: Date.now() });
      const { service, region } = scope;
      const call = { method, path, query, headers, body: Buffer.from(body).toString(), service, region };
      calls.push(call);
      respond(call, response);
    } catch (error) {
      response.writeHead(599).end(String(error));
    }
  };
  const url = await openBackend(context, (message, response) => void serve(message, response));
  return { url, calls };
}

export interface ServiceOptions {
  readonly subtype: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly members?: object;
  readonly respond?: Respond;
  readonly variables?: Readonly<Record<string, string>>;
  readonly credentials?: SigningCredentials | undefined;
  /** Credentials that the endpoint knows. */
  readonly known?: readonly SigningCredentials[];
  /** What `--aws-endpoint` says of the endpoint's URL. */
  readonly endpoints?: (url: string) => string;
}

export const NAMED_SERVICES = (url: string): string =>
  ["sqs", "events", "kinesis", "states", "appconfig"].map((service) => `${service}=${url}`).join(",");

/** A gateway whose route `POST /{id}` calls a service at a fake endpoint. */
export async function openService(context: TestContext, options: ServiceOptions) {
  const answerNothing: Respond = (_call, response) => void response.end("{}");
  const { url, calls } = await openEndpoint(context, options.respond ?? answerNothing, options.known);
  const integration = {
    IntegrationType: "AWS_PROXY",
    IntegrationSubtype: options.subtype,
    PayloadFormatVersion: "1.0",
    CredentialsArn: ROLE,
    TimeoutInMillis: 5_000,
    RequestParameters: options.parameters,
    ...options.members,
  };
  const harness: Harness = await openGateway(
    context,
    {
      routes: { "ANY /{id}": "service" },
      integrations: { service: integration },
      stages: { $default: { StageVariables: options.variables ?? {} } },
    },
    {
      aws: {
        endpoints: parseAwsEndpoints((options.endpoints ?? NAMED_SERVICES)(url)),
        credentials: "credentials" in options ? options.credentials : CREDENTIALS,
      },
    },
  );
  const post = (body: string, headers: Record<string, string> = {}) =>
    harness.fetch("/x", { method: "POST", body, headers });
  return { ...harness, post, calls, url };
}

/** The only call that was made. */
export function only(calls: readonly Call[]): Call {
  assert.equal(calls.length, 1);
  return calls[0]!;
}

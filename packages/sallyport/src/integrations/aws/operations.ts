/** What each subtype calls: API Gateway Developer Guide, "Integration subtype reference", and the services' references. */
import type { CalledService } from "../../config/aws-endpoints.ts";
import { encodeQueryValue, encodeSegment } from "../../model/percent-encoding.ts";
import type { AwsCall } from "./aws-client.ts";
import { listOf, type Parameters, secondsOf, segmentOf } from "./parameter-value.ts";
import { deleteMessage, purgeQueue, receiveMessage, sendMessage } from "./sqs-calls.ts";

/** A call but for where it goes. */
export type OperationCall = Pick<AwsCall, "method" | "path" | "query" | "headers" | "body">;

export interface ServiceOperation {
  readonly service: CalledService;
  readonly hostPrefix?: string;
  /** Parameters that hold JSON, so that what is put into their strings is escaped. */
  readonly jsonParameters: readonly string[];
  /** Required parameters are there. Throws ParameterError for texts that are no values. */
  readonly call: (parameters: Parameters) => OperationCall;
}

const operation = (
  service: CalledService,
  jsonParameters: readonly string[],
  call: (parameters: Parameters) => OperationCall,
  hostPrefix?: string,
): ServiceOperation => ({ service, jsonParameters, call, hostPrefix });

const ATTRIBUTES = ["MessageAttributes", "MessageSystemAttributes"];

const OPERATIONS: ReadonlyMap<string, ServiceOperation> = new Map([
  ["EventBridge-PutEvents", operation("events", ["Detail", "Resources"], putEvents)],
  ["SQS-SendMessage", operation("sqs", ATTRIBUTES, sendMessage)],
  ["SQS-ReceiveMessage", operation("sqs", ["AttributeNames", "MessageAttributeNames"], receiveMessage)],
  ["SQS-DeleteMessage", operation("sqs", [], deleteMessage)],
  ["SQS-PurgeQueue", operation("sqs", [], purgeQueue)],
  ["AppConfig-GetConfiguration", operation("appconfig", [], getConfiguration)],
  ["Kinesis-PutRecord", operation("kinesis", [], putRecord)],
  ["StepFunctions-StartExecution", operation("states", ["Input"], startExecution("StartExecution"))],
  ["StepFunctions-StartSyncExecution", operation("states", ["Input"], startExecution("StartSyncExecution"), "sync-")],
  ["StepFunctions-StopExecution", operation("states", [], stopExecution)],
]);

/** The operation of a subtype; undefined: there is none. */
export function serviceOperation(subtype: string): ServiceOperation | undefined {
  return OPERATIONS.get(subtype);
}

/** AWS JSON protocol. Members without value are left out. */
function json(version: "1.0" | "1.1", target: string, members: object): OperationCall {
  return {
    method: "POST",
    path: "/",
    query: "",
    headers: { "content-type": `application/x-amz-json-${version}`, "x-amz-target": target },
    body: Buffer.from(JSON.stringify(members)),
  };
}

function putEvents(given: Parameters): OperationCall {
  const { Detail, DetailType, Source, EventBusName, TraceHeader } = given;
  const rest = { Time: secondsOf(given, "Time"), Resources: listOf(given, "Resources"), TraceHeader };
  return json("1.1", "AWSEvents.PutEvents", { Entries: [{ Detail, DetailType, Source, EventBusName, ...rest }] });
}

/** The data goes as it was worked out, base64 on the wire (unverified). */
function putRecord({ Data = "", ...given }: Parameters): OperationCall {
  const { StreamName, PartitionKey, SequenceNumberForOrdering, ExplicitHashKey } = given;
  return json("1.1", "Kinesis_20131202.PutRecord", {
    StreamName,
    Data: Buffer.from(Data).toString("base64"),
    PartitionKey,
    SequenceNumberForOrdering,
    ExplicitHashKey,
  });
}

function startExecution(action: "StartExecution" | "StartSyncExecution"): ServiceOperation["call"] {
  return ({ StateMachineArn, Name, Input, TraceHeader }) =>
    json("1.0", `AWSStepFunctions.${action}`, {
      stateMachineArn: StateMachineArn,
      name: Name,
      input: Input,
      traceHeader: TraceHeader,
    });
}

function stopExecution({ ExecutionArn, Cause, Error: error }: Parameters): OperationCall {
  return json("1.0", "AWSStepFunctions.StopExecution", { executionArn: ExecutionArn, cause: Cause, error });
}

/** AWS AppConfig API Reference, "GetConfiguration" (2019-10-09): the older call, without a session. */
function getConfiguration(given: Parameters): OperationCall {
  const [application, environment, configuration] = ["Application", "Environment", "Configuration"].map((name) =>
    encodeSegment(segmentOf(given, name)),
  );
  const query = [
    ["client_id", given["ClientId"]] as const,
    ["client_configuration_version", given["ClientConfigurationVersion"]] as const,
  ]
    .flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${encodeQueryValue(value)}`]))
    .join("&");
  return {
    method: "GET",
    path: `/applications/${application}/environments/${environment}/configurations/${configuration}`,
    query,
    headers: {},
    body: new Uint8Array(),
  };
}

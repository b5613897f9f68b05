/** The parameters that an integration of a subtype takes. */
export interface ServiceIntegration {
  readonly required: readonly string[];
  /** `Region`, which every subtype takes, included. */
  readonly optional: readonly string[];
}

const takes = (required: readonly string[], optional: readonly string[] = []): ServiceIntegration => ({
  required,
  optional: ["Region", ...optional],
});

/**
 * Subtypes of `AWS_PROXY` integrations of HTTP APIs. API Gateway Developer Guide, "Integration subtype reference".
 */
const SERVICE_INTEGRATIONS: ReadonlyMap<string, ServiceIntegration> = new Map([
  [
    "EventBridge-PutEvents",
    takes(["Detail", "DetailType", "Source"], ["Time", "EventBusName", "Resources", "TraceHeader"]),
  ],
  [
    "SQS-SendMessage",
    takes(
      ["QueueUrl", "MessageBody"],
      ["DelaySeconds", "MessageAttributes", "MessageDeduplicationId", "MessageGroupId", "MessageSystemAttributes"],
    ),
  ],
  [
    "SQS-ReceiveMessage",
    takes(
      ["QueueUrl"],
      [
        "AttributeNames",
        "MaxNumberOfMessages",
        "MessageAttributeNames",
        "ReceiveRequestAttemptId",
        "VisibilityTimeout",
        "WaitTimeSeconds",
      ],
    ),
  ],
  ["SQS-DeleteMessage", takes(["QueueUrl", "ReceiptHandle"])],
  ["SQS-PurgeQueue", takes(["QueueUrl"])],
  [
    "AppConfig-GetConfiguration",
    takes(["Application", "Environment", "Configuration", "ClientId"], ["ClientConfigurationVersion"]),
  ],
  [
    "Kinesis-PutRecord",
    takes(["StreamName", "Data", "PartitionKey"], ["SequenceNumberForOrdering", "ExplicitHashKey"]),
  ],
  ["StepFunctions-StartExecution", takes(["StateMachineArn"], ["Name", "Input"])],
  ["StepFunctions-StartSyncExecution", takes(["StateMachineArn"], ["Name", "Input", "TraceHeader"])],
  ["StepFunctions-StopExecution", takes(["ExecutionArn"], ["Cause", "Error"])],
]);

/** The parameters of a subtype, or undefined when there is no such subtype. */
export function serviceIntegration(subtype: string): ServiceIntegration | undefined {
  return SERVICE_INTEGRATIONS.get(subtype);
}

/**
 * Calls of Amazon SQS. The answer that clients get is XML (unverified), so calls are made in the protocol that answers
 * so: the query protocol of 2012-11-05, which SQS speaks besides JSON 1.0. Amazon SQS API Reference.
 */
import type { OperationCall } from "./operations.ts";
import { attributesOf, integerOf, listOf, type Parameters } from "./parameter-value.ts";

const VERSION = "2012-11-05";

export function sendMessage(parameters: Parameters): OperationCall {
  return call("SendMessage", parameters, (form) => {
    put(form, parameters, ["MessageBody", "MessageDeduplicationId", "MessageGroupId"]);
    putIntegers(form, parameters, ["DelaySeconds"]);
    putAttributes(form, parameters, "MessageAttributes", "MessageAttribute");
    putAttributes(form, parameters, "MessageSystemAttributes", "MessageSystemAttribute");
  });
}

export function receiveMessage(parameters: Parameters): OperationCall {
  return call("ReceiveMessage", parameters, (form) => {
    put(form, parameters, ["ReceiveRequestAttemptId"]);
    putIntegers(form, parameters, ["MaxNumberOfMessages", "VisibilityTimeout", "WaitTimeSeconds"]);
    putList(form, parameters, "AttributeNames", "AttributeName");
    putList(form, parameters, "MessageAttributeNames", "MessageAttributeName");
  });
}

export function deleteMessage(parameters: Parameters): OperationCall {
  return call("DeleteMessage", parameters, (form) => put(form, parameters, ["ReceiptHandle"]));
}

export function purgeQueue(parameters: Parameters): OperationCall {
  return call("PurgeQueue", parameters, () => {});
}

function call(action: string, parameters: Parameters, fill: (form: URLSearchParams) => void): OperationCall {
  const { QueueUrl = "" } = parameters;
  const form = new URLSearchParams({ Action: action, Version: VERSION, QueueUrl });
  fill(form);
  return {
    method: "POST",
    path: queuePath(QueueUrl),
    query: "",
    headers: { "content-type": "application/x-www-form-urlencoded; charset=utf-8" },
    body: Buffer.from(form.toString()),
  };
}

/**
 * The query protocol addresses a queue by the path of its URL. Of the URL nothing else is used: it may come from the
 * client, and a signed request must not go to a host of the client's choice.
 */
function queuePath(queueUrl: string): string {
  const [, path = "/"] = /^https?:\/\/[^/?#]+((?:\/[\w-]+(?:\.fifo)?)+)$/.exec(queueUrl) ?? [];
  return path;
}

function put(form: URLSearchParams, parameters: Parameters, names: readonly string[]): void {
  for (const name of names) {
    const text = parameters[name];
    if (text !== undefined) form.set(name, text);
  }
}

function putIntegers(form: URLSearchParams, parameters: Parameters, names: readonly string[]): void {
  for (const name of names) {
    const value = integerOf(parameters, name);
    if (value !== undefined) form.set(name, String(value));
  }
}

/** `Name.1=…&Name.2=…`. */
function putList(form: URLSearchParams, parameters: Parameters, name: string, member: string): void {
  listOf(parameters, name)?.forEach((item, at) => form.set(`${member}.${at + 1}`, item));
}

/** `Member.1.Name=…&Member.1.Value.DataType=…`. */
function putAttributes(form: URLSearchParams, parameters: Parameters, name: string, member: string): void {
  attributesOf(parameters, name).forEach(([attribute, { DataType, StringValue, BinaryValue }], at) => {
    const prefix = `${member}.${at + 1}`;
    form.set(`${prefix}.Name`, attribute);
    form.set(`${prefix}.Value.DataType`, DataType);
    if (StringValue !== undefined) form.set(`${prefix}.Value.StringValue`, StringValue);
    if (BinaryValue !== undefined) form.set(`${prefix}.Value.BinaryValue`, BinaryValue);
  });
}

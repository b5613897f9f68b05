/** Members of integrations of every kind, and what the protocols add to them. */
import { FUNCTION, ROLE } from "../fixtures.ts";

export const LISTENER =
  "arn:aws:elasticloadbalancing:us-east-1:111122223333:listener/app/lb/0123456789abcdef/fedcba9876543210";
export const CLOUD_MAP = "arn:aws:servicediscovery:us-east-1:111122223333:service/srv-id?stage=prod&deployment=green";
export const STATES = "arn:aws:apigateway:us-east-1:states:action/StartExecution";
export const PROXY = {
  IntegrationType: "HTTP_PROXY",
  IntegrationUri: "https://example.com/{p}",
  PayloadFormatVersion: "1.0",
};
export const URL_PROXY = { ...PROXY, IntegrationMethod: "GET" };
export const LAMBDA = { IntegrationType: "AWS_PROXY", IntegrationUri: FUNCTION, PayloadFormatVersion: "2.0" };
export const QUEUE = {
  IntegrationType: "AWS_PROXY",
  IntegrationSubtype: "SQS-SendMessage",
  PayloadFormatVersion: "1.0",
  CredentialsArn: ROLE,
  RequestParameters: { QueueUrl: "$request.header.queueUrl", MessageBody: "$request.body.message" },
};
export const MOCK = { IntegrationType: "MOCK" };
export const HTTP_DEFAULTS = { ConnectionType: "INTERNET", TimeoutInMillis: 30_000 };
export const SOCKET_DEFAULTS = {
  ConnectionType: "INTERNET",
  PassthroughBehavior: "WHEN_NO_MATCH",
  PayloadFormatVersion: "1.0",
  TimeoutInMillis: 29_000,
};

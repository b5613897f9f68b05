/** The context object. AWS Lambda Developer Guide, "Using the Lambda context object to retrieve Node.js function information". */

export function contextOf({ requestId, deadlineMs, invokedArn, clientContext }) {
  const { env } = process;
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionVersion: env.AWS_LAMBDA_FUNCTION_VERSION,
    functionName: env.AWS_LAMBDA_FUNCTION_NAME,
    memoryLimitInMB: env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: env.AWS_LAMBDA_LOG_STREAM_NAME,
    clientContext: clientContext === undefined ? undefined : JSON.parse(clientContext),
    identity: undefined,
    invokedFunctionArn: invokedArn,
    awsRequestId: requestId,
    getRemainingTimeInMillis: () => Math.max(0, deadlineMs - Date.now()),
  };
}

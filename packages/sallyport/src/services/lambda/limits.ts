/** What a call with an archive may have: AWS Lambda's own limit for CreateFunction (observed in its error text). */
export const MAX_LAMBDA_BODY_BYTES = 70_167_211;

"""The Python runtime: loads the handler and runs it for one event after the other, over the Lambda Runtime API."""

import importlib
import json
import logging
import os
import sys
import time
import traceback
from http.client import HTTPConnection

API_VERSION = "2018-06-01"


class RuntimeApi:
    """AWS Lambda Developer Guide, "Using the Lambda runtime API for custom runtimes"."""

    def __init__(self, address):
        self._connection = HTTPConnection(address)

    def next(self):
        """Waits for an event. Headers and body."""
        return self._call("GET", "/invocation/next")

    def respond(self, request_id, body):
        self._call("POST", f"/invocation/{request_id}/response", body)

    def report_error(self, request_id, error):
        self._call("POST", f"/invocation/{request_id}/error", dumped(error), error_headers(error))

    def report_init_error(self, error):
        self._call("POST", "/init/error", dumped(error), error_headers(error))

    def _call(self, method, path, body=None, headers=None):
        self._connection.request(method, f"/{API_VERSION}/runtime{path}", body, headers or {})
        response = self._connection.getresponse()
        return response.headers, response.read()


class CognitoIdentity:
    """Who calls, when a mobile SDK does."""

    cognito_identity_id = None
    cognito_identity_pool_id = None


class ClientContext:
    """What a mobile SDK tells about itself."""

    def __init__(self, members):
        self.custom = members.get("custom")
        self.env = members.get("env")
        self.client = members.get("client")


class LambdaContext:
    """The context object. AWS Lambda Developer Guide, "Using the Lambda context object to retrieve Python function information"."""

    def __init__(self, headers):
        client_context = headers.get("Lambda-Runtime-Client-Context")
        self.aws_request_id = headers["Lambda-Runtime-Aws-Request-Id"]
        self.invoked_function_arn = headers["Lambda-Runtime-Invoked-Function-Arn"]
        self.function_name = os.environ["AWS_LAMBDA_FUNCTION_NAME"]
        self.function_version = os.environ["AWS_LAMBDA_FUNCTION_VERSION"]
        self.memory_limit_in_mb = os.environ["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"]
        self.log_group_name = os.environ["AWS_LAMBDA_LOG_GROUP_NAME"]
        self.log_stream_name = os.environ["AWS_LAMBDA_LOG_STREAM_NAME"]
        self.identity = CognitoIdentity()
        self.client_context = ClientContext(json.loads(client_context)) if client_context else None
        self._deadline_ms = int(headers["Lambda-Runtime-Deadline-Ms"])

    def get_remaining_time_in_millis(self):
        return max(0, self._deadline_ms - int(time.time() * 1000))

    def log(self, message):
        sys.stdout.write(str(message))


class RequestIdFilter(logging.Filter):
    """Gives log records the id of the invocation."""

    request_id = ""

    def filter(self, record):
        record.aws_request_id = RequestIdFilter.request_id
        return True


class InitError(Exception):
    """A handler that can not be loaded, in the real runtime's words (observed)."""

    def __init__(self, error_type, message, trace=()):
        super().__init__(message)
        self.error_type = error_type
        self.trace = list(trace)


def set_up_logging():
    """Lines as the real runtime writes them: level, time, request id, message, between tabs (observed)."""
    logging.Formatter.converter = time.gmtime
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(
        logging.Formatter(
            "[%(levelname)s]\t%(asctime)s.%(msecs)dZ\t%(aws_request_id)s\t%(message)s",
            "%Y-%m-%dT%H:%M:%S",
        )
    )
    handler.addFilter(RequestIdFilter())
    logging.getLogger().addHandler(handler)


def load_handler(text):
    """`{folders}/{module}.{function}`."""
    try:
        module_name, function_name = text.rsplit(".", 1)
    except ValueError:
        raise InitError("Runtime.MalformedHandlerName", f"Bad handler '{text}': not enough values to unpack (expected 2, got 1)")
    try:
        module = importlib.import_module(module_name.replace("/", "."))
    except ImportError as error:
        raise InitError("Runtime.ImportModuleError", f"Unable to import module '{module_name}': {error}")
    except SyntaxError as error:
        trace = f'  File "{error.filename}" Line {error.lineno}\n    {(error.text or "").rstrip()}'
        raise InitError("Runtime.UserCodeSyntaxError", f"Syntax error in module '{module_name}': {error}", [trace])
    if not hasattr(module, function_name):
        raise InitError("Runtime.HandlerNotFound", f"Handler '{function_name}' missing on module '{module_name}'")
    return getattr(module, function_name)


def serve(api, handler):
    while True:
        headers, event = api.next()
        context = LambdaContext(headers)
        RequestIdFilter.request_id = context.aws_request_id
        trace_id = headers.get("Lambda-Runtime-Trace-Id")
        if trace_id is None:
            os.environ.pop("_X_AMZN_TRACE_ID", None)
        else:
            os.environ["_X_AMZN_TRACE_ID"] = trace_id
        answer(api, handler, event, context)


def answer(api, handler, event, context):
    try:
        result = handler(json.loads(event), context)
    except Exception as error:  # whatever the function throws is its answer
        return fail(api, context, described(error, frames_of(error)))
    try:
        body = dumped(result)
    except Exception as error:
        problem = described(error, [])
        problem["errorType"] = "Runtime.MarshalError"
        problem["errorMessage"] = f"Unable to marshal response: {error}"
        return fail(api, context, problem)
    sys.stdout.flush()
    api.respond(context.aws_request_id, body)


def fail(api, context, error):
    log_error(error)
    api.report_error(context.aws_request_id, {**error, "requestId": context.aws_request_id})


def described(error, frames):
    return {
        "errorMessage": str(error),
        "errorType": type(error).__name__,
        "stackTrace": traceback.format_list(frames),
    }


def frames_of(error):
    """Without our own frames."""
    return [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename != __file__]


def dumped(value):
    return json.dumps(value, ensure_ascii=False, allow_nan=False).encode("utf-8")


def error_headers(error):
    return {"Lambda-Runtime-Function-Error-Type": error["errorType"]}


def log_error(error):
    trace = "".join(error["stackTrace"])
    sys.stdout.write(f"[ERROR] {error['errorType']}: {error['errorMessage']}\n")
    if trace:
        sys.stdout.write(f"Traceback (most recent call last):\n{trace}")
    sys.stdout.flush()


def initialise(api):
    try:
        return load_handler(os.environ["_HANDLER"])
    except InitError as error:
        problem = {"errorMessage": str(error), "errorType": error.error_type, "stackTrace": error.trace}
    except Exception as error:  # whatever the module throws while it is loaded
        problem = described(error, [frame for frame in frames_of(error) if "importlib" not in frame.filename])
    log_error(problem)
    api.report_init_error({**problem, "requestId": ""})
    sys.exit(1)


def main():
    # Ours is the folder of this file; the function's is the one that it knows.
    sys.path[0] = os.environ["LAMBDA_TASK_ROOT"]
    set_up_logging()
    api = RuntimeApi(os.environ["AWS_LAMBDA_RUNTIME_API"])
    serve(api, initialise(api))


if __name__ == "__main__":
    main()

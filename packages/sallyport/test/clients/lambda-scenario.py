"""The Lambda API through boto3. Prints, as one line of JSON, which operations were called and which exist.

Usage: lambda-scenario.py, the endpoint and credentials being in the environment.
"""

import io
import json
import os
import zipfile

import boto3
from botocore.exceptions import ClientError

ROLE = "arn:aws:iam::000000000000:role/service"
ENDPOINT = os.environ["AWS_ENDPOINT_URL"]  # older versions do not read it themselves
client = boto3.client("lambda", endpoint_url=ENDPOINT)
called = set()
client.meta.events.register("before-call.lambda", lambda model, **_: called.add(model.name))


def archive(**files):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as target:
        for name, text in files.items():
            target.writestr(name.replace("__", "."), text)
    return buffer.getvalue()


def equal(got, expected):
    if got != expected:
        raise AssertionError(f"got {got!r}, expected {expected!r}")


def refused(code, call, **members):
    try:
        call(**members)
    except ClientError as error:
        equal(error.response["Error"]["Code"], code)
        return error.response["Error"]["Message"]
    raise AssertionError(f"{members} was not refused")


def run(name, event, **members):
    answer = client.invoke(FunctionName=name, Payload=json.dumps(event), **members)
    return json.loads(answer["Payload"].read()), answer


SOURCE = "def handler(event, context):\n    return {'got': event, 'version': context.function_version}\n"

created = client.create_function(
    FunctionName="boto",
    Runtime="python3.12",
    Handler="app.handler",
    Role=ROLE,
    Timeout=20,
    Code={"ZipFile": archive(app__py=SOURCE)},
    Tags={"a": "1"},
)
arn = created["FunctionArn"]
client.get_waiter("function_active_v2").wait(FunctionName="boto")
equal(run("boto", {"x": 1})[0], {"got": {"x": 1}, "version": "$LATEST"})
equal(refused("ResourceConflictException", client.create_function, FunctionName="boto", Runtime="python3.12",
              Handler="app.handler", Role=ROLE, Code={"ZipFile": archive(app__py=SOURCE)}), "Function already exist: boto")
equal(client.get_function(FunctionName="boto")["Tags"], {"a": "1"})
equal([f["FunctionName"] for page in client.get_paginator("list_functions").paginate() for f in page["Functions"]], ["boto"])

client.update_function_code(FunctionName="boto", ZipFile=archive(app__py=SOURCE.replace("got", "has")), Publish=True)
client.get_waiter("function_updated_v2").wait(FunctionName="boto")
client.update_function_configuration(FunctionName="boto", MemorySize=256, Environment={"Variables": {"AB": "1"}})
equal(client.get_function_configuration(FunctionName="boto")["MemorySize"], 256)
equal(client.publish_version(FunctionName="boto")["Version"], "2")
versions = client.get_paginator("list_versions_by_function").paginate(FunctionName="boto")
equal([v["Version"] for page in versions for v in page["Versions"]], ["$LATEST", "1", "2"])
client.create_alias(FunctionName="boto", Name="live", FunctionVersion="1")
result, answer = run("boto", {}, Qualifier="live")
equal(result, {"has": {}, "version": "1"})
equal(answer["ExecutedVersion"], "1")
client.update_alias(FunctionName="boto", Name="live", FunctionVersion="2")
equal(client.get_alias(FunctionName="boto", Name="live")["FunctionVersion"], "2")
equal(len(client.list_aliases(FunctionName="boto")["Aliases"]), 1)
client.delete_alias(FunctionName="boto", Name="live")

client.add_permission(FunctionName="boto", StatementId="s", Action="lambda:InvokeFunction", Principal="apigateway.amazonaws.com")
equal(len(json.loads(client.get_policy(FunctionName="boto")["Policy"])["Statement"]), 1)
client.remove_permission(FunctionName="boto", StatementId="s")
refused("ResourceNotFoundException", client.get_policy, FunctionName="boto")

equal(client.invoke(FunctionName="boto", InvocationType="Event", Payload=b"{}")["StatusCode"], 202)
equal(client.invoke(FunctionName="boto", InvocationType="DryRun")["StatusCode"], 204)
if hasattr(client, "invoke_with_response_stream"):  # An older client does not know it.
    events = list(client.invoke_with_response_stream(FunctionName="boto", Payload=b"{}")["EventStream"])
    equal(json.loads(events[0]["PayloadChunk"]["Payload"])["has"], {})
    equal(list(events[-1]), ["InvokeComplete"])
refused("InvalidRequestContentException", client.invoke, FunctionName="boto", Payload=b"{")

client.tag_resource(Resource=arn, Tags={"b": "2"})
client.untag_resource(Resource=arn, TagKeys=["a"])
equal(client.list_tags(Resource=arn)["Tags"], {"b": "2"})

client.put_function_concurrency(FunctionName="boto", ReservedConcurrentExecutions=0)
message = refused("TooManyRequestsException", client.invoke, FunctionName="boto")
equal(message, "Rate Exceeded.")
equal(client.get_function_concurrency(FunctionName="boto")["ReservedConcurrentExecutions"], 0)
client.delete_function_concurrency(FunctionName="boto")

layer = client.publish_layer_version(LayerName="shared", Content={"ZipFile": archive(python="x")})
layer_source = "import shared\n\ndef handler(event, context):\n    return shared.VALUE\n"
layer = client.publish_layer_version(
    LayerName="shared",
    Content={"ZipFile": archive(**{"python/shared__py": "VALUE = 'from the layer'\n"})},
    CompatibleRuntimes=["python3.12"],
)
client.create_function(
    FunctionName="layered", Runtime="python3.12", Handler="app.handler", Role=ROLE, Timeout=20,
    Code={"ZipFile": archive(app__py=layer_source)}, Layers=[layer["LayerVersionArn"]],
)
equal(run("layered", {})[0], "from the layer")
equal(client.get_layer_version(LayerName="shared", VersionNumber=2)["Version"], 2)
equal(client.get_layer_version_by_arn(Arn=layer["LayerVersionArn"])["Version"], 2)
equal(len(client.list_layer_versions(LayerName="shared")["LayerVersions"]), 2)
equal(client.list_layers()["Layers"][0]["LatestMatchingVersion"]["Version"], 2)
client.delete_layer_version(LayerName="shared", VersionNumber=2)

client.get_account_settings()
client.get_function_code_signing_config(FunctionName="boto")
for name in ("get_runtime_management_config", "get_function_recursion_config"):
    if hasattr(client, name):
        getattr(client, name)(FunctionName="boto")
refused("ResourceNotFoundException", client.get_function_url_config, FunctionName="boto")
client.delete_function(FunctionName="boto")
equal(refused("ResourceNotFoundException", client.get_function, FunctionName="boto"), f"Function not found: {arn}")
print(json.dumps({"called": sorted(called), "known": sorted(client.meta.service_model.operation_names)}))

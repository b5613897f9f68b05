"""Every resource type through boto3. Prints, as one line of JSON, which operations were called and which exist.

Usage: boto3-scenario.py EDGE BACKEND, the endpoint and credentials being in the environment.
"""

import json
import os
import sys
import time
import urllib.request

import boto3
from botocore.exceptions import ClientError

EDGE, BACKEND = sys.argv[1:]
REGION = "us-east-1"
CERTIFICATE = f"arn:aws:acm:{REGION}:000000000000:certificate/12345678-1234-1234-1234-123456789012"
INVOCATION = (
    f"arn:aws:apigateway:{REGION}:lambda:path/2015-03-31/functions/"
    f"arn:aws:lambda:{REGION}:000000000000:function:check/invocations"
)

ENDPOINT = os.environ["AWS_ENDPOINT_URL"]  # older versions do not read it themselves
client = boto3.client("apigatewayv2", endpoint_url=ENDPOINT)
called = set()
client.meta.events.register("before-call.apigatewayv2", lambda model, **_: called.add(model.name))


def equal(got, expected):
    if got != expected:
        raise AssertionError(f"got {got!r}, expected {expected!r}")


def members(answer):
    return {name: value for name, value in answer.items() if name != "ResponseMetadata"}


def status(answer, expected):
    equal(answer["ResponseMetadata"]["HTTPStatusCode"], expected)
    return answer


def refused(code, http_status, call, *, modelled=True, message=None, **parameters):
    try:
        call(**parameters)
    except ClientError as error:
        equal(error.response["Error"]["Code"], code)
        equal(error.response["ResponseMetadata"]["HTTPStatusCode"], http_status)
        if modelled and not isinstance(error, getattr(client.exceptions, code)):
            raise AssertionError(f"{error!r} is not the exception class of the client")
        if message is not None:
            equal(error.response["Error"]["Message"], message)
        return
    raise AssertionError(f"{call.__name__} was not refused with {code}")


def listed(operation, page_size=2, **parameters):
    """Every item, by the client's paginator where it has one."""
    if client.can_paginate(operation):
        pages = client.get_paginator(operation).paginate(**parameters, PaginationConfig={"PageSize": page_size})
        return [item for page in pages for item in page["Items"]]
    return getattr(client, operation)(**parameters)["Items"]


def apis():
    created = status(
        client.create_api(Name="boto", ProtocolType="HTTP", CorsConfiguration={"AllowOrigins": ["*"]}, Tags={"a": "1"}),
        201,
    )
    api = created["ApiId"]
    equal(members(client.get_api(ApiId=api)), members(created))
    equal(created["CreatedDate"].utcoffset().total_seconds(), 0.0)
    equal(client.update_api(ApiId=api, Description="described")["Description"], "described")
    equal("Description" in client.update_api(ApiId=api, Description=""), False)
    status(client.delete_cors_configuration(ApiId=api), 204)
    equal("CorsConfiguration" in client.get_api(ApiId=api), False)
    arn = f"arn:aws:apigateway:{REGION}::/apis/{api}"
    status(client.tag_resource(ResourceArn=arn, Tags={"b": "2"}), 201)
    client.untag_resource(ResourceArn=arn, TagKeys=["a"])
    equal(client.get_tags(ResourceArn=arn)["Tags"], {"b": "2"})
    others = [client.create_api(Name=f"n{n}", ProtocolType="HTTP")["ApiId"] for n in range(3)]
    equal([item["ApiId"] for item in listed("get_apis")], [api, *others])
    for other in others:
        status(client.delete_api(ApiId=other), 204)
        refused("NotFoundException", 404, client.get_api, ApiId=other,
                message=f"Invalid API identifier specified 000000000000:{other}")
    return api


def integrations(api):
    created = client.create_integration(
        ApiId=api, IntegrationType="HTTP_PROXY", IntegrationMethod="ANY", IntegrationUri=f"{BACKEND}/first",
        PayloadFormatVersion="1.0", RequestParameters={"append:header.x-one": "1"},
    )
    integration = created["IntegrationId"]
    changed = client.update_integration(ApiId=api, IntegrationId=integration, RequestParameters={"append:header.x-one": ""})
    equal(changed.get("RequestParameters", {}), {})
    equal(members(client.get_integration(ApiId=api, IntegrationId=integration)), members(changed))
    equal([item["IntegrationId"] for item in listed("get_integrations", ApiId=api)], [integration])
    return integration


def authorizers(api):
    created = client.create_authorizer(
        ApiId=api, Name="tokens", AuthorizerType="JWT", IdentitySource=["$request.header.Authorization"],
        JwtConfiguration={"Issuer": "https://issuer.example.com", "Audience": ["one"]},
    )
    authorizer = created["AuthorizerId"]
    client.update_authorizer(ApiId=api, AuthorizerId=authorizer, Name="renamed")
    equal(client.get_authorizer(ApiId=api, AuthorizerId=authorizer)["Name"], "renamed")
    equal(len(listed("get_authorizers", ApiId=api)), 1)
    return authorizer


def routes(api, integration, authorizer):
    route = client.create_route(
        ApiId=api, RouteKey="GET /pets/{id}", Target=f"integrations/{integration}", AuthorizationType="JWT",
        AuthorizerId=authorizer, AuthorizationScopes=["read"],
    )["RouteId"]
    refused("ConflictException", 409, client.create_route, ApiId=api, RouteKey="GET /pets/{id}",
            message="Route with key GET /pets/{id} already exists for this API")
    refused("ConflictException", 409, client.delete_authorizer, modelled=False, ApiId=api, AuthorizerId=authorizer)
    refused("ConflictException", 409, client.delete_integration, modelled=False, ApiId=api, IntegrationId=integration)
    opened = client.update_route(ApiId=api, RouteId=route, AuthorizationType="NONE", AuthorizerId="", AuthorizationScopes=[])
    equal(opened["AuthorizationType"], "NONE")
    equal(client.get_route(ApiId=api, RouteId=route)["RouteKey"], "GET /pets/{id}")
    for n in range(3):
        client.create_route(ApiId=api, RouteKey=f"ANY /n{n}")
    equal([item["RouteKey"] for item in listed("get_routes", ApiId=api)],
          ["GET /pets/{id}", "ANY /n0", "ANY /n1", "ANY /n2"])
    client.delete_authorizer(ApiId=api, AuthorizerId=authorizer)
    return route


def stages(api):
    client.create_stage(
        ApiId=api, StageName="test", StageVariables={"one": "1"}, Tags={"a": "1"},
        RouteSettings={"GET /pets/{id}": {"ThrottlingBurstLimit": 5, "ThrottlingRateLimit": 2.5}},
        AccessLogSettings={"DestinationArn": f"arn:aws:logs:{REGION}:000000000000:log-group:boto", "Format": "$context.requestId"},
    )
    deployment = client.create_deployment(ApiId=api, StageName="test")["DeploymentId"]
    client.update_deployment(ApiId=api, DeploymentId=deployment, Description="first")
    equal(client.get_deployment(ApiId=api, DeploymentId=deployment)["DeploymentStatus"], "DEPLOYED")
    equal([item["DeploymentId"] for item in listed("get_deployments", ApiId=api)], [deployment])
    refused("BadRequestException", 400, client.delete_deployment, modelled=False, ApiId=api, DeploymentId=deployment)
    equal(client.update_stage(ApiId=api, StageName="test", StageVariables={"one": "", "two": "2"})["StageVariables"], {"two": "2"})
    status(client.delete_route_settings(ApiId=api, StageName="test", RouteKey="GET /pets/{id}"), 204)
    status(client.delete_access_log_settings(ApiId=api, StageName="test"), 204)
    status(client.reset_authorizers_cache(ApiId=api, StageName="test"), 204)
    stage = client.get_stage(ApiId=api, StageName="test")
    equal((stage["RouteSettings"], "AccessLogSettings" in stage, stage["DeploymentId"]), ({}, False, deployment))
    equal([item["StageName"] for item in listed("get_stages", ApiId=api)], ["test"])
    return deployment


def requests(api, integration):
    """The edge, as a program that can not set a host name would call it."""
    client.create_stage(ApiId=api, StageName="$default", AutoDeploy=True)
    url = f"http://{EDGE}/_execute-api/{api}/pets/7"
    for uri in (f"{BACKEND}/first", f"{BACKEND}/second/{{id}}"):
        client.update_integration(ApiId=api, IntegrationId=integration, IntegrationUri=uri)
        with urllib.request.urlopen(url, timeout=20) as answer:
            equal(json.load(answer)["url"], uri.removeprefix(BACKEND).replace("{id}", "7"))


def websocket():
    api = client.create_api(Name="chat", ProtocolType="WEBSOCKET", RouteSelectionExpression="$request.body.action")["ApiId"]
    schema = '{"$schema":"http://json-schema.org/draft-04/schema#","type":"object","properties":{"n":{"type":"integer"}}}'
    model = client.create_model(ApiId=api, Name="Note", ContentType="application/json", Schema=schema)["ModelId"]
    equal(client.get_model(ApiId=api, ModelId=model)["Schema"], schema)
    client.update_model(ApiId=api, ModelId=model, Description="d")
    equal("n" in client.get_model_template(ApiId=api, ModelId=model)["Value"], True)
    equal([item["Name"] for item in listed("get_models", ApiId=api)], ["Note"])
    integration = client.create_integration(
        ApiId=api, IntegrationType="MOCK", RequestTemplates={"200": '{"statusCode":200}'}, TemplateSelectionExpression="200",
    )["IntegrationId"]
    response = client.create_integration_response(ApiId=api, IntegrationId=integration, IntegrationResponseKey="/404/")
    ids = {"ApiId": api, "IntegrationId": integration, "IntegrationResponseId": response["IntegrationResponseId"]}
    client.update_integration_response(**ids, ResponseTemplates={"$default": "{}"})
    equal(client.get_integration_response(**ids)["ResponseTemplates"], {"$default": "{}"})
    equal(len(listed("get_integration_responses", ApiId=api, IntegrationId=integration)), 1)
    client.delete_integration_response(**ids)
    gate = client.create_authorizer(
        ApiId=api, Name="gate", AuthorizerType="REQUEST", AuthorizerUri=INVOCATION, IdentitySource=["route.request.header.Auth"],
    )["AuthorizerId"]
    connect = client.create_route(
        ApiId=api, RouteKey="$connect", Target=f"integrations/{integration}", AuthorizationType="CUSTOM", AuthorizerId=gate,
        RequestParameters={"route.request.querystring.room": {"Required": True}},
    )["RouteId"]
    client.delete_route_request_parameter(ApiId=api, RouteId=connect, RequestParameterKey="route.request.querystring.room")
    equal(client.get_route(ApiId=api, RouteId=connect).get("RequestParameters", {}), {})
    response = client.create_route_response(ApiId=api, RouteId=connect, RouteResponseKey="$default")
    ids = {"ApiId": api, "RouteId": connect, "RouteResponseId": response["RouteResponseId"]}
    client.update_route_response(**ids, ResponseModels={"$default": "Note"})
    equal(client.get_route_response(**ids)["ResponseModels"], {"$default": "Note"})
    equal(len(listed("get_route_responses", ApiId=api, RouteId=connect)), 1)
    refused("ConflictException", 409, client.delete_model, modelled=False, ApiId=api, ModelId=model)
    client.delete_route_response(**ids)
    client.delete_model(ApiId=api, ModelId=model)
    client.delete_route(ApiId=api, RouteId=connect)
    client.delete_integration(ApiId=api, IntegrationId=integration)
    status(client.delete_api(ApiId=api), 204)


def domains(api):
    name = "boto.example.com"
    configuration = [{"CertificateArn": CERTIFICATE, "EndpointType": "REGIONAL", "SecurityPolicy": "TLS_1_2"}]
    client.create_domain_name(DomainName=name, DomainNameConfigurations=configuration)
    knows_address_types = "IpAddressType" in client.meta.service_model.shape_for("DomainNameConfiguration").members
    dualstack = {"IpAddressType": "dualstack"} if knows_address_types else {}  # An older client does not.
    client.update_domain_name(DomainName=name, DomainNameConfigurations=[{**configuration[0], **dualstack}])
    read = client.get_domain_name(DomainName=name)["DomainNameConfigurations"][0]
    equal(read.get("IpAddressType"), dualstack.get("IpAddressType"))
    equal([item["DomainName"] for item in listed("get_domain_names")], [name])
    mapping = client.create_api_mapping(DomainName=name, ApiId=api, Stage="test", ApiMappingKey="v1")["ApiMappingId"]
    client.update_api_mapping(DomainName=name, ApiMappingId=mapping, ApiId=api, ApiMappingKey="v2")
    equal(client.get_api_mapping(DomainName=name, ApiMappingId=mapping)["ApiMappingKey"], "v2")
    equal(len(listed("get_api_mappings", DomainName=name)), 1)
    refused("BadRequestException", 400, client.delete_api, ApiId=api)
    client.delete_api_mapping(DomainName=name, ApiMappingId=mapping)
    routing_rules(name, api)
    status(client.delete_domain_name(DomainName=name), 204)
    refused("NotFoundException", 404, client.get_domain_name, DomainName=name)


def routing_rules(domain, api):
    if not hasattr(client, "create_routing_rule"):
        return  # An older client that does not know the operations.
    rule = {
        "DomainName": domain, "Priority": 1, "Conditions": [],
        "Actions": [{"InvokeApi": {"ApiId": api, "Stage": "test"}}],
    }
    refused("BadRequestException", 400, client.create_routing_rule, **rule)
    for call in (client.get_routing_rule, client.delete_routing_rule):
        refused("NotFoundException", 404, call, DomainName=domain, RoutingRuleId="abc123")
    refused("NotFoundException", 404, client.put_routing_rule, RoutingRuleId="abc123", **rule)
    equal(client.list_routing_rules(DomainName=domain)["RoutingRules"], [])


def vpc_links():
    link = client.create_vpc_link(Name="private", SubnetIds=["subnet-1"], SecurityGroupIds=["sg-1"])["VpcLinkId"]
    eventually(lambda: client.get_vpc_link(VpcLinkId=link)["VpcLinkStatus"] == "AVAILABLE")
    equal(client.update_vpc_link(VpcLinkId=link, Name="renamed")["Name"], "renamed")
    equal([item["VpcLinkId"] for item in listed("get_vpc_links")], [link])
    status(client.delete_vpc_link(VpcLinkId=link), 202)

    def gone():
        try:
            equal(client.get_vpc_link(VpcLinkId=link)["VpcLinkStatus"], "DELETING")
            return False
        except client.exceptions.NotFoundException:
            return True

    eventually(gone)


def eventually(true):
    for _ in range(200):
        if true():
            return
        time.sleep(0.05)
    raise AssertionError("it did not happen")


def documents(api):
    exported = client.export_api(ApiId=api, Specification="OAS30", OutputType="JSON", StageName="test")["body"].read()
    equal(sorted(json.loads(exported)["paths"])[-1], "/pets/{id}")
    copy = client.import_api(Body=exported.decode(), FailOnWarnings=True)["ApiId"]
    equal(len(listed("get_routes", ApiId=copy)), 4)
    client.reimport_api(ApiId=copy, Body='{"openapi":"3.0.1","info":{"title":"empty","version":"1"},"paths":{}}')
    equal((listed("get_routes", ApiId=copy), client.get_api(ApiId=copy)["Name"]), ([], "empty"))
    client.delete_api(ApiId=copy)


def portals():
    if hasattr(client, "list_portals"):  # An older client does not know them.
        refused("UnknownOperationException", 400, client.list_portals, modelled=False)


def main():
    equal(boto3.client("sts", endpoint_url=ENDPOINT).get_caller_identity()["Account"], "000000000000")
    api = apis()
    integration = integrations(api)
    authorizer = authorizers(api)
    route = routes(api, integration, authorizer)
    deployment = stages(api)
    requests(api, integration)
    documents(api)
    websocket()
    domains(api)
    vpc_links()
    portals()
    client.delete_stage(ApiId=api, StageName="test")
    client.delete_deployment(ApiId=api, DeploymentId=deployment)
    client.delete_route(ApiId=api, RouteId=route)
    client.delete_integration(ApiId=api, IntegrationId=integration)
    client.delete_api(ApiId=api)
    equal(listed("get_apis"), [])
    print(json.dumps({"called": sorted(called), "known": sorted(client.meta.service_model.operation_names)}))


main()

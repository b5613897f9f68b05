# The same resources with attributes changed, emptied and taken away. Where a former block or attribute is missing, it is
# its absence that is under test.

resource "aws_apigatewayv2_api" "http" {
  name          = "http-renamed"
  protocol_type = "HTTP"

  tags = {
    kind = "second"
  }
}

resource "aws_apigatewayv2_authorizer" "jwt" {
  api_id           = aws_apigatewayv2_api.http.id
  name             = "jwt-renamed"
  authorizer_type  = "JWT"
  identity_sources = ["$request.querystring.token"]

  jwt_configuration {
    issuer   = "https://other.example.com"
    audience = ["three"]
  }
}

resource "aws_apigatewayv2_authorizer" "request" {
  api_id                            = aws_apigatewayv2_api.http.id
  name                              = "request"
  authorizer_type                   = "REQUEST"
  authorizer_uri                    = local.invocation
  authorizer_payload_format_version = "1.0"
  authorizer_result_ttl_in_seconds  = 0
}

resource "aws_apigatewayv2_integration" "proxy" {
  api_id             = aws_apigatewayv2_api.http.id
  integration_type   = "HTTP_PROXY"
  integration_method = "GET"
  integration_uri    = "${var.backend}/second"

  request_parameters = {
    "append:header.x-two" = "22"
  }

  response_parameters {
    status_code = 500
    mappings = {
      "overwrite:statuscode" = "503"
    }
  }
}

resource "aws_apigatewayv2_integration" "plain" {
  api_id             = aws_apigatewayv2_api.http.id
  integration_type   = "HTTP_PROXY"
  integration_method = "ANY"
  integration_uri    = "${var.backend}/changed/{proxy}"
}

resource "aws_apigatewayv2_integration" "function" {
  api_id                 = aws_apigatewayv2_api.http.id
  integration_type       = "AWS_PROXY"
  integration_uri        = local.invocation
  payload_format_version = "1.0"
  description            = "added"
}

resource "aws_apigatewayv2_integration" "queue" {
  api_id              = aws_apigatewayv2_api.http.id
  integration_type    = "AWS_PROXY"
  integration_subtype = "SQS-SendMessage"
  credentials_arn     = "arn:aws:iam::000000000000:role/other"

  request_parameters = {
    QueueUrl    = "$request.header.other"
    MessageBody = "$request.body.message"
  }
}

resource "aws_apigatewayv2_vpc_link" "private" {
  name               = "private-renamed"
  security_group_ids = ["sg-1", "sg-2"]
  subnet_ids         = ["subnet-1", "subnet-2"]
}

resource "aws_apigatewayv2_integration" "private" {
  api_id             = aws_apigatewayv2_api.http.id
  integration_type   = "HTTP_PROXY"
  integration_method = "GET"
  integration_uri    = local.listener
  connection_type    = "VPC_LINK"
  connection_id      = aws_apigatewayv2_vpc_link.private.id
}

resource "aws_apigatewayv2_route" "pets" {
  api_id             = aws_apigatewayv2_api.http.id
  route_key          = "GET /animals/{id}"
  target             = "integrations/${aws_apigatewayv2_integration.proxy.id}"
  authorization_type = "JWT"
  authorizer_id      = aws_apigatewayv2_authorizer.jwt.id
}

resource "aws_apigatewayv2_route" "guarded" {
  api_id    = aws_apigatewayv2_api.http.id
  route_key = "POST /guarded"
  target    = "integrations/${aws_apigatewayv2_integration.function.id}"
}

resource "aws_apigatewayv2_route" "queue" {
  api_id    = aws_apigatewayv2_api.http.id
  route_key = "POST /queue"
}

resource "aws_apigatewayv2_route" "many" {
  count     = 5
  api_id    = aws_apigatewayv2_api.http.id
  route_key = "ANY /many/${count.index}/{proxy+}"
  target    = "integrations/${aws_apigatewayv2_integration.plain.id}"
}

resource "aws_apigatewayv2_stage" "default" {
  api_id      = aws_apigatewayv2_api.http.id
  name        = "$default"
  auto_deploy = true

  stage_variables = {
    added = "yes"
  }
}

# The provider sends an empty structure for vanished access logs, which changes nothing: the test removes them.
resource "aws_apigatewayv2_stage" "full" {
  api_id        = aws_apigatewayv2_api.http.id
  name          = "full"
  description   = "second"
  deployment_id = aws_apigatewayv2_deployment.http.id

  default_route_settings {
    throttling_burst_limit = 100
    throttling_rate_limit  = 60
  }

  stage_variables = {
    two   = "22"
    three = "3"
  }
}

resource "aws_apigatewayv2_deployment" "http" {
  api_id = aws_apigatewayv2_api.http.id

  triggers = {
    version = "2"
  }

  lifecycle {
    create_before_destroy = true
  }

  depends_on = [aws_apigatewayv2_route.pets, aws_apigatewayv2_route.guarded, aws_apigatewayv2_route.queue]
}

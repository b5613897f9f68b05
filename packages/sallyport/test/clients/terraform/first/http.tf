# Every resource and data source of the service, with as many attributes as it takes.

resource "aws_apigatewayv2_api" "http" {
  name                         = "http"
  protocol_type                = "HTTP"
  description                  = "first"
  version                      = "1.0"
  disable_execute_api_endpoint = false
  ip_address_type              = "dualstack"

  cors_configuration {
    allow_credentials = true
    allow_headers     = ["X-One", "content-type"]
    allow_methods     = ["GET", "POST"]
    allow_origins     = ["https://example.com", "https://example.org"]
    expose_headers    = ["X-Two"]
    max_age           = 300
  }

  tags = {
    team = "north"
    kind = "first"
  }
}

resource "aws_apigatewayv2_authorizer" "jwt" {
  api_id           = aws_apigatewayv2_api.http.id
  name             = "jwt"
  authorizer_type  = "JWT"
  identity_sources = ["$request.header.Authorization"]

  jwt_configuration {
    issuer   = "https://issuer.example.com"
    audience = ["one", "two"]
  }
}

resource "aws_apigatewayv2_authorizer" "request" {
  api_id                            = aws_apigatewayv2_api.http.id
  name                              = "request"
  authorizer_type                   = "REQUEST"
  authorizer_uri                    = local.invocation
  authorizer_payload_format_version = "2.0"
  authorizer_credentials_arn        = "arn:aws:iam::000000000000:role/caller"
  enable_simple_responses           = true
  identity_sources                  = ["$request.header.Authorization", "$context.path"]
}

resource "aws_apigatewayv2_integration" "proxy" {
  api_id               = aws_apigatewayv2_api.http.id
  integration_type     = "HTTP_PROXY"
  integration_method   = "ANY"
  integration_uri      = "${var.backend}/first"
  description          = "first"
  timeout_milliseconds = 5000

  request_parameters = {
    "append:header.x-one"     = "$request.path.id"
    "append:header.x-two"     = "2"
    "overwrite:querystring.q" = "$request.querystring.p"
  }

  response_parameters {
    status_code = 200
    mappings = {
      "append:header.x-three" = "3"
    }
  }

  response_parameters {
    status_code = 404
    mappings = {
      "overwrite:statuscode" = "410"
    }
  }
}

resource "aws_apigatewayv2_integration" "plain" {
  api_id             = aws_apigatewayv2_api.http.id
  integration_type   = "HTTP_PROXY"
  integration_method = "ANY"
  integration_uri    = "${var.backend}/plain/{proxy}"
}

resource "aws_apigatewayv2_integration" "function" {
  api_id                 = aws_apigatewayv2_api.http.id
  integration_type       = "AWS_PROXY"
  integration_uri        = local.invocation
  payload_format_version = "2.0"
}

resource "aws_apigatewayv2_integration" "queue" {
  api_id              = aws_apigatewayv2_api.http.id
  integration_type    = "AWS_PROXY"
  integration_subtype = "SQS-SendMessage"
  credentials_arn     = "arn:aws:iam::000000000000:role/sender"

  request_parameters = {
    QueueUrl     = "$request.header.queue"
    MessageBody  = "$request.body"
    DelaySeconds = "5"
  }
}

resource "aws_apigatewayv2_vpc_link" "private" {
  name               = "private"
  security_group_ids = ["sg-2", "sg-1"]
  subnet_ids         = ["subnet-2", "subnet-1"]

  tags = {
    kind = "first"
  }
}

resource "aws_apigatewayv2_integration" "private" {
  api_id             = aws_apigatewayv2_api.http.id
  integration_type   = "HTTP_PROXY"
  integration_method = "GET"
  integration_uri    = local.listener
  connection_type    = "VPC_LINK"
  connection_id      = aws_apigatewayv2_vpc_link.private.id

  tls_config {
    server_name_to_verify = "private.example.com"
  }
}

resource "aws_apigatewayv2_route" "pets" {
  api_id               = aws_apigatewayv2_api.http.id
  route_key            = "GET /pets/{id}"
  target               = "integrations/${aws_apigatewayv2_integration.proxy.id}"
  authorization_type   = "JWT"
  authorizer_id        = aws_apigatewayv2_authorizer.jwt.id
  authorization_scopes = ["read", "write"]
  operation_name       = "readPet"
}

resource "aws_apigatewayv2_route" "guarded" {
  api_id             = aws_apigatewayv2_api.http.id
  route_key          = "POST /guarded"
  target             = "integrations/${aws_apigatewayv2_integration.function.id}"
  authorization_type = "CUSTOM"
  authorizer_id      = aws_apigatewayv2_authorizer.request.id
}

resource "aws_apigatewayv2_route" "queue" {
  api_id    = aws_apigatewayv2_api.http.id
  route_key = "POST /queue"
  target    = "integrations/${aws_apigatewayv2_integration.queue.id}"
}

resource "aws_apigatewayv2_route" "many" {
  count     = 20
  api_id    = aws_apigatewayv2_api.http.id
  route_key = "ANY /many/${count.index}/{proxy+}"
  target    = "integrations/${aws_apigatewayv2_integration.plain.id}"
}

resource "aws_apigatewayv2_stage" "default" {
  api_id      = aws_apigatewayv2_api.http.id
  name        = "$default"
  auto_deploy = true
}

resource "aws_apigatewayv2_stage" "full" {
  api_id        = aws_apigatewayv2_api.http.id
  name          = "full"
  description   = "first"
  deployment_id = aws_apigatewayv2_deployment.http.id

  access_log_settings {
    destination_arn = "arn:aws:logs:us-east-1:000000000000:log-group:access"
    format          = jsonencode({ id = "$context.requestId", status = "$context.status" })
  }

  default_route_settings {
    detailed_metrics_enabled = true
    throttling_burst_limit   = 100
    throttling_rate_limit    = 50.5
  }

  route_settings {
    route_key              = aws_apigatewayv2_route.pets.route_key
    throttling_burst_limit = 5
    throttling_rate_limit  = 2
  }

  route_settings {
    route_key                = aws_apigatewayv2_route.queue.route_key
    detailed_metrics_enabled = true
  }

  stage_variables = {
    one = "1"
    two = "2"
  }

  tags = {
    kind = "first"
  }
}

resource "aws_apigatewayv2_deployment" "http" {
  api_id      = aws_apigatewayv2_api.http.id
  description = "first"

  triggers = {
    version = "1"
  }

  lifecycle {
    create_before_destroy = true
  }

  depends_on = [aws_apigatewayv2_route.pets, aws_apigatewayv2_route.guarded, aws_apigatewayv2_route.queue]
}

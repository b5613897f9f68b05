resource "aws_apigatewayv2_api" "socket" {
  name                         = "socket"
  protocol_type                = "WEBSOCKET"
  route_selection_expression   = "$request.body.action"
  api_key_selection_expression = "$context.authorizer.usageIdentifierKey"
  description                  = "first"
}

resource "aws_apigatewayv2_model" "note" {
  api_id       = aws_apigatewayv2_api.socket.id
  name         = "Note"
  content_type = "application/json"
  description  = "first"
  schema       = jsonencode({ "$schema" = "http://json-schema.org/draft-04/schema#", type = "object", properties = { n = { type = "integer" } } })
}

resource "aws_apigatewayv2_authorizer" "socket" {
  api_id           = aws_apigatewayv2_api.socket.id
  name             = "socket"
  authorizer_type  = "REQUEST"
  authorizer_uri   = local.invocation
  identity_sources = ["route.request.header.Auth"]
}

resource "aws_apigatewayv2_integration" "mock" {
  api_id                        = aws_apigatewayv2_api.socket.id
  integration_type              = "MOCK"
  description                   = "first"
  passthrough_behavior          = "NEVER"
  template_selection_expression = "200"

  request_templates = {
    "200" = jsonencode({ statusCode = 200 })
  }
}

resource "aws_apigatewayv2_integration" "socket_function" {
  api_id                    = aws_apigatewayv2_api.socket.id
  integration_type          = "AWS_PROXY"
  integration_uri           = local.invocation
  content_handling_strategy = "CONVERT_TO_TEXT"
}

resource "aws_apigatewayv2_integration_response" "mock" {
  api_id                        = aws_apigatewayv2_api.socket.id
  integration_id                = aws_apigatewayv2_integration.mock.id
  integration_response_key      = "/200/"
  content_handling_strategy     = "CONVERT_TO_TEXT"
  template_selection_expression = "\\$default"

  response_templates = {
    "$default" = jsonencode({ done = true })
  }
}

resource "aws_apigatewayv2_route" "connect" {
  api_id             = aws_apigatewayv2_api.socket.id
  route_key          = "$connect"
  target             = "integrations/${aws_apigatewayv2_integration.socket_function.id}"
  authorization_type = "CUSTOM"
  authorizer_id      = aws_apigatewayv2_authorizer.socket.id
  api_key_required   = true

  request_parameter {
    request_parameter_key = "route.request.header.X-Kind"
    required              = true
  }

  request_parameter {
    request_parameter_key = "route.request.querystring.room"
    required              = false
  }
}

resource "aws_apigatewayv2_route" "note" {
  api_id                              = aws_apigatewayv2_api.socket.id
  route_key                           = "note"
  target                              = "integrations/${aws_apigatewayv2_integration.mock.id}"
  model_selection_expression          = "$request.body.kind"
  route_response_selection_expression = "$default"

  request_models = {
    note = aws_apigatewayv2_model.note.name
  }
}

resource "aws_apigatewayv2_route_response" "note" {
  api_id                     = aws_apigatewayv2_api.socket.id
  route_id                   = aws_apigatewayv2_route.note.id
  route_response_key         = "$default"
  model_selection_expression = "$default"

  response_models = {
    "$default" = aws_apigatewayv2_model.note.name
  }
}

resource "aws_apigatewayv2_stage" "socket" {
  api_id = aws_apigatewayv2_api.socket.id
  name   = "live"

  default_route_settings {
    data_trace_enabled     = true
    logging_level          = "ERROR"
    throttling_burst_limit = 10
    throttling_rate_limit  = 5
  }
}

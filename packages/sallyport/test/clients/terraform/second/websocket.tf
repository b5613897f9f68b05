resource "aws_apigatewayv2_api" "socket" {
  name                       = "socket"
  protocol_type              = "WEBSOCKET"
  route_selection_expression = "$request.body.kind"
}

resource "aws_apigatewayv2_model" "note" {
  api_id       = aws_apigatewayv2_api.socket.id
  name         = "Note"
  content_type = "application/json"
  schema       = jsonencode({ "$schema" = "http://json-schema.org/draft-04/schema#", type = "object" })
}

resource "aws_apigatewayv2_authorizer" "socket" {
  api_id          = aws_apigatewayv2_api.socket.id
  name            = "socket-renamed"
  authorizer_type = "REQUEST"
  authorizer_uri  = local.invocation
}

resource "aws_apigatewayv2_integration" "mock" {
  api_id               = aws_apigatewayv2_api.socket.id
  integration_type     = "MOCK"
  timeout_milliseconds = 1000

  request_templates = {
    "$default" = jsonencode({ statusCode = 201 })
  }
}

resource "aws_apigatewayv2_integration" "socket_function" {
  api_id           = aws_apigatewayv2_api.socket.id
  integration_type = "AWS_PROXY"
  integration_uri  = local.invocation

  # The provider can not take it away.
  content_handling_strategy = "CONVERT_TO_TEXT"
}

resource "aws_apigatewayv2_integration_response" "mock" {
  api_id                   = aws_apigatewayv2_api.socket.id
  integration_id           = aws_apigatewayv2_integration.mock.id
  integration_response_key = "$default"

  # The provider can not take it away.
  content_handling_strategy = "CONVERT_TO_TEXT"

  response_templates = {
    "$default" = jsonencode({ done = false })
  }
}

resource "aws_apigatewayv2_route" "connect" {
  api_id    = aws_apigatewayv2_api.socket.id
  route_key = "$connect"
  target    = "integrations/${aws_apigatewayv2_integration.socket_function.id}"

  request_parameter {
    request_parameter_key = "route.request.querystring.room"
    required              = true
  }
}

resource "aws_apigatewayv2_route" "note" {
  api_id    = aws_apigatewayv2_api.socket.id
  route_key = "note"
  target    = "integrations/${aws_apigatewayv2_integration.mock.id}"

  # The provider sends an empty map for a vanished one, which changes nothing.
  request_models = {
    note = aws_apigatewayv2_model.note.name
  }
}

resource "aws_apigatewayv2_route_response" "note" {
  api_id             = aws_apigatewayv2_api.socket.id
  route_id           = aws_apigatewayv2_route.note.id
  route_response_key = "$default"
}

resource "aws_apigatewayv2_stage" "socket" {
  api_id      = aws_apigatewayv2_api.socket.id
  name        = "live"
  auto_deploy = true

  default_route_settings {
    logging_level          = "OFF"
    throttling_burst_limit = 10
    throttling_rate_limit  = 5
  }
}

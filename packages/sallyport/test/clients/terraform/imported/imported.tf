# Resources that another client made, taken over by their documented import ids.

variable "imported" {
  type = object({
    api         = string
    integration = string
    route       = string
    mapping     = string
  })
}

import {
  to = aws_apigatewayv2_api.imported
  id = var.imported.api
}

import {
  to = aws_apigatewayv2_integration.imported
  id = "${var.imported.api}/${var.imported.integration}"
}

import {
  to = aws_apigatewayv2_route.imported
  id = "${var.imported.api}/${var.imported.route}"
}

import {
  to = aws_apigatewayv2_stage.imported
  id = "${var.imported.api}/$default"
}

import {
  to = aws_apigatewayv2_api_mapping.imported
  id = "${var.imported.mapping}/imported.example.com"
}

import {
  to = aws_apigatewayv2_domain_name.imported
  id = "imported.example.com"
}

resource "aws_apigatewayv2_api" "imported" {
  name          = "imported"
  protocol_type = "HTTP"
}

resource "aws_apigatewayv2_integration" "imported" {
  api_id             = aws_apigatewayv2_api.imported.id
  integration_type   = "HTTP_PROXY"
  integration_method = "ANY"
  integration_uri    = var.backend
}

resource "aws_apigatewayv2_route" "imported" {
  api_id    = aws_apigatewayv2_api.imported.id
  route_key = "GET /imported"
  target    = "integrations/${aws_apigatewayv2_integration.imported.id}"
}

resource "aws_apigatewayv2_stage" "imported" {
  api_id      = aws_apigatewayv2_api.imported.id
  name        = "$default"
  auto_deploy = true
}

resource "aws_apigatewayv2_domain_name" "imported" {
  domain_name = "imported.example.com"

  domain_name_configuration {
    certificate_arn = local.certificate
    endpoint_type   = "REGIONAL"
    security_policy = "TLS_1_2"
  }
}

resource "aws_apigatewayv2_api_mapping" "imported" {
  api_id      = aws_apigatewayv2_api.imported.id
  domain_name = aws_apigatewayv2_domain_name.imported.id
  stage       = aws_apigatewayv2_stage.imported.id
}

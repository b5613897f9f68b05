resource "aws_apigatewayv2_domain_name" "one" {
  domain_name = "one.example.com"

  domain_name_configuration {
    certificate_arn = replace(local.certificate, "/12345678-", "/87654321-")
    endpoint_type   = "REGIONAL"
    security_policy = "TLS_1_2"
    ip_address_type = "dualstack"
  }
}

resource "aws_apigatewayv2_api_mapping" "root" {
  api_id      = aws_apigatewayv2_api.http.id
  domain_name = aws_apigatewayv2_domain_name.one.id
  stage       = aws_apigatewayv2_stage.full.id
}

resource "aws_apigatewayv2_api_mapping" "deep" {
  api_id          = aws_apigatewayv2_api.http.id
  domain_name     = aws_apigatewayv2_domain_name.one.id
  stage           = aws_apigatewayv2_stage.full.id
  api_mapping_key = "deep/two"
}

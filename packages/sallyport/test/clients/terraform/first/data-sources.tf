data "aws_apigatewayv2_api" "http" {
  api_id = aws_apigatewayv2_api.http.id
}

data "aws_apigatewayv2_apis" "north" {
  protocol_type = "HTTP"
  tags = {
    team = "north"
  }
  depends_on = [aws_apigatewayv2_api.http, aws_apigatewayv2_api.quick]
}

data "aws_apigatewayv2_vpc_link" "private" {
  vpc_link_id = aws_apigatewayv2_vpc_link.private.id
}

data "aws_apigatewayv2_export" "document" {
  api_id        = aws_apigatewayv2_api.document.id
  specification = "OAS30"
  output_type   = "JSON"
}

output "http" {
  value = {
    id         = aws_apigatewayv2_api.http.id
    endpoint   = data.aws_apigatewayv2_api.http.api_endpoint
    found      = data.aws_apigatewayv2_apis.north.ids
    link       = data.aws_apigatewayv2_vpc_link.private.name
    exported   = sort(keys(jsondecode(data.aws_apigatewayv2_export.document.body).paths))
    quick      = aws_apigatewayv2_api.quick.id
    request    = aws_apigatewayv2_authorizer.request.authorizer_result_ttl_in_seconds
    timeout    = aws_apigatewayv2_integration.mock.timeout_milliseconds
    invoke_url = aws_apigatewayv2_stage.full.invoke_url
  }
}

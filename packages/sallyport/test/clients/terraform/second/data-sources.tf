data "aws_apigatewayv2_apis" "named" {
  name       = "quick"
  depends_on = [aws_apigatewayv2_api.quick]
}

data "aws_apigatewayv2_export" "document" {
  api_id             = aws_apigatewayv2_api.document.id
  specification      = "OAS30"
  output_type        = "YAML"
  include_extensions = false
}

output "http" {
  value = {
    id       = aws_apigatewayv2_api.http.id
    found    = data.aws_apigatewayv2_apis.named.ids
    quick    = aws_apigatewayv2_api.quick.id
    exported = sort(keys(yamldecode(data.aws_apigatewayv2_export.document.body).paths))
  }
}

resource "aws_apigatewayv2_api" "quick" {
  name          = "quick"
  protocol_type = "HTTP"
  target        = "${var.backend}/second"
  route_key     = "GET /quicker"
}

resource "aws_apigatewayv2_api" "document" {
  name          = "document"
  protocol_type = "HTTP"
  version       = "2"

  cors_configuration {
    allow_origins = ["*"]
  }

  body = jsonencode({
    openapi = "3.0.1"
    info    = { title = "document", version = "2" }
    paths = {
      "/two" = {
        get = {
          responses = {}
          "x-amazon-apigateway-integration" = {
            type                 = "HTTP_PROXY"
            httpMethod           = "GET"
            payloadFormatVersion = "1.0"
            uri                  = "${var.backend}/two"
          }
        }
      }
    }
  })
}

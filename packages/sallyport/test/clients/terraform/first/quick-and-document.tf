resource "aws_apigatewayv2_api" "quick" {
  name          = "quick"
  protocol_type = "HTTP"
  target        = var.backend
  route_key     = "GET /quick"
}

# The provider writes back what it reads after an import: where document and attributes disagree, its next plan is not
# empty, on the real service neither.
resource "aws_apigatewayv2_api" "document" {
  name          = "document"
  protocol_type = "HTTP"
  description   = "first"
  version       = "1"

  body = jsonencode({
    openapi = "3.0.1"
    info    = { title = "document", version = "1", description = "first" }
    paths = {
      "/one" = {
        get = {
          responses = {}
          "x-amazon-apigateway-integration" = {
            type                 = "HTTP_PROXY"
            httpMethod           = "GET"
            payloadFormatVersion = "1.0"
            uri                  = "${var.backend}/one"
          }
        }
      }
    }
  })
}

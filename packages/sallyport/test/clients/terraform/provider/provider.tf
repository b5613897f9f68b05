terraform {
  required_providers {
    aws = {
      source = "hashicorp/aws"
    }
  }
}

variable "endpoint" {
  type = string
}

variable "backend" {
  type = string
}

provider "aws" {
  region                      = "us-east-1"
  access_key                  = "any"
  secret_key                  = "any"
  max_retries                 = 2
  skip_credentials_validation = true
  skip_requesting_account_id  = true
  skip_metadata_api_check     = true

  endpoints {
    apigatewayv2 = var.endpoint
    sts          = var.endpoint
  }

  default_tags {
    tags = {
      managed = "terraform"
    }
  }
}

locals {
  function    = "arn:aws:lambda:us-east-1:000000000000:function:check"
  invocation  = "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/${local.function}/invocations"
  certificate = "arn:aws:acm:us-east-1:000000000000:certificate/12345678-1234-1234-1234-123456789012"
  listener    = "arn:aws:elasticloadbalancing:us-east-1:000000000000:listener/app/a/0123456789abcdef/0123456789abcdef"
}

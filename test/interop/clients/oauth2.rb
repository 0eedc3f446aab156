require "oauth2"

client = OAuth2::Client.new(
  ENV.fetch("CLIENT_ID"), ENV.fetch("CLIENT_SECRET"),
  site: ENV.fetch("PORTCULLIS"), token_url: "/oauth/token"
)
token = client.client_credentials.get_token(resource: ENV.fetch("AUDIENCE"), scope: "invoices:read")
puts token.token

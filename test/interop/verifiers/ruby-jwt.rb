require "json"
require "jwt"
require "net/http"

issuer = ENV.fetch("PORTCULLIS")
audience = ENV.fetch("AUDIENCE")
keys = JSON.parse(Net::HTTP.get(URI("#{issuer}/.well-known/jwks.json")), symbolize_names: true)

claims, header = JWT.decode(
  ARGV.fetch(0), nil, true,
  algorithms: %w[ES256 RS256], jwks: keys,
  iss: issuer, verify_iss: true, aud: audience, verify_aud: true
)
raise "It is not an access token" unless header["typ"] == "at+jwt"

puts claims["client_id"]

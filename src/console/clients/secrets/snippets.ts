type Credentials = { issuer: string; clientId: string; secretText: string }

/** Code to paste that gets a token. It reads the secret from the environment. */
export function snippetsFor({ issuer, clientId, secretText }: Credentials): [string, string][] {
  const endpoint = `${issuer}/oauth/token`
  return [
    ['curl', curl(endpoint, clientId, secretText)],
    ['.env', environment(endpoint, clientId, `CLIENT_SECRET=${secretText}\n`)],
    ['JavaScript', javascript(issuer, endpoint)],
    ['Python', PYTHON],
    ['Wrangler', wrangler(endpoint, clientId)],
  ]
}

const environment = (endpoint: string, clientId: string, more: string) =>
  `TOKEN_ENDPOINT=${endpoint}\nCLIENT_ID=${clientId}\n${more}`

const curl = (endpoint: string, clientId: string, secretText: string) => `curl ${endpoint} \\
  -u '${clientId}:${secretText}' \\
  -d grant_type=client_credentials`

const javascript = (
  issuer: string,
  endpoint: string,
) => `import * as oauth from 'oauth4webapi' // npm install oauth4webapi

const server = {
  issuer: '${issuer}',
  token_endpoint: '${endpoint}',
}
const client = { client_id: process.env.CLIENT_ID }
const response = await oauth.clientCredentialsGrantRequest(
  server,
  client,
  oauth.ClientSecretBasic(process.env.CLIENT_SECRET),
  new URLSearchParams(),${
    endpoint.startsWith('http:') ? '\n  { [oauth.allowInsecureRequests]: true },' : ''
  }
)
const { access_token, expires_in } = await oauth.processClientCredentialsResponse(
  server,
  client,
  response,
)
`

// Sends its own User-Agent, because Cloudflare's browser integrity check refuses that of urllib.
const PYTHON = `import base64, json, os
from urllib.request import Request, urlopen

pair = os.environ["CLIENT_ID"] + ":" + os.environ["CLIENT_SECRET"]
request = Request(
    os.environ["TOKEN_ENDPOINT"],
    data=b"grant_type=client_credentials",
    headers={
        "Authorization": "Basic " + base64.b64encode(pair.encode()).decode(),
        "User-Agent": "my-client/1.0",
    },
)
token = json.load(urlopen(request))["access_token"]
`

const wrangler = (endpoint: string, clientId: string) => `npx wrangler secret put CLIENT_SECRET
# It asks for the secret. The rest is for wrangler.toml:
#
# [vars]
# TOKEN_ENDPOINT = "${endpoint}"
# CLIENT_ID = "${clientId}"
`

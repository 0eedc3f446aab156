/** Makes a certificate that the client signs itself: the private key stays where it is made. */
export const SELF_SIGNED = `openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 365 -subj /CN=client -keyout client-key.pem -out client.pem
`

/** Code to paste that gets a token. It reads the certificate and its private key from files. */
export function certificateSnippetsFor(endpoint: string, clientId: string): [string, string][] {
  return [
    ['curl', curl(endpoint, clientId)],
    ['JavaScript', javascript(endpoint, clientId)],
    ['Python', python(endpoint, clientId)],
  ]
}

const curl = (endpoint: string, clientId: string) => `curl ${endpoint} \\
  --cert client.pem --key client-key.pem \\
  -d grant_type=client_credentials \\
  -d client_id=${clientId}
`

const IMPORTS = [
  "import { readFileSync } from 'node:fs'",
  "import { Agent, fetch } from 'undici' // npm install undici",
].join('\n')

const javascript = (endpoint: string, clientId: string) => `${IMPORTS}

const dispatcher = new Agent({
  connect: { cert: readFileSync('client.pem'), key: readFileSync('client-key.pem') },
})
const response = await fetch('${endpoint}', {
  method: 'POST',
  body: new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: '${clientId}',
  }),
  dispatcher,
})
if (!response.ok) throw new Error(await response.text())
const { access_token, expires_in } = await response.json()
`

const python = (endpoint: string, clientId: string) => `import requests  # pip install requests

response = requests.post(
    "${endpoint}",
    data={"grant_type": "client_credentials", "client_id": "${clientId}"},
    cert=("client.pem", "client-key.pem"),
    timeout=10,
)
response.raise_for_status()
token = response.json()["access_token"]
`

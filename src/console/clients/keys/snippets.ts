import type { PublicKey } from '../../../domain/public-key.ts'

type Keyed = { issuer: string; clientId: string; key: Pick<PublicKey, 'kid' | 'algorithm'> }

/** Makes a key pair: the private key stays where it is made, the public key is pasted here. */
export const KEY_PAIR = `openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out private-key.pem && openssl pkey -in private-key.pem -pubout -out public-key.pem
`

/** Code to paste that gets a token. It reads the private key from the environment. */
export function keySnippetsFor(of: Keyed): [string, string][] {
  const endpoint = `${of.issuer}/oauth/token`
  return [
    ['TypeScript', typescript(of, endpoint)],
    ['curl', curl(endpoint)],
  ]
}

const typescript = ({ issuer, clientId, key }: Keyed, endpoint: string) =>
  `import { importPKCS8 } from 'jose' // npm install jose oauth4webapi
import * as oauth from 'oauth4webapi'

const server = {
  issuer: '${issuer}',
  token_endpoint: '${endpoint}',
}
const client = { client_id: '${clientId}' }
// The content of private-key.pem, from where secrets are kept.
const key = await importPKCS8(process.env.PRIVATE_KEY ?? '', '${key.algorithm}')
const response = await oauth.clientCredentialsGrantRequest(
  server,
  client,
  oauth.PrivateKeyJwt({ key, kid: ${JSON.stringify(key.kid)} }),
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

const curl = (endpoint: string) => `curl ${endpoint} \\
  -d grant_type=client_credentials \\
  -d client_assertion_type=urn:ietf:params:oauth:client-assertion-type:jwt-bearer \\
  -d "client_assertion=$ASSERTION"
`

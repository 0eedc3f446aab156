import { readTokenText } from '../domain/token-text.ts'
import { type CertifiedClient, type IssuedToken, requestToken } from './access-token.ts'
import { type ClientCredentials, readAccount } from './account.ts'
import { type KeyedClient, readKeyedClient } from './assertion.ts'
import { readClientCertificate } from './certificates/certificate-text.ts'
import { action } from './command.ts'
import { EXIT, Failure, usageFailure } from './failure.ts'
import { readIssuer } from './issuer.ts'
import { readProofKey } from './proof.ts'
import { clientSecretOption, readSecret } from './secret-input.ts'
import { printFields } from './table.ts'
import { print, printJson } from './terminal.ts'
import { claimTime } from './times.ts'

const args = {
  scope: {
    type: 'string',
    valueHint: 'SCOPES',
    description: 'The scope; without it, all that the client may do',
  },
  resource: {
    type: 'string',
    many: true,
    valueHint: 'AUDIENCE',
    description: 'The API that it is for; may be repeated',
  },
  decode: { type: 'boolean', description: 'Print the contents of the token instead of the token' },
  clientId: {
    type: 'string',
    valueHint: 'ID',
    description: 'Another client than the one logged in',
  },
  ...clientSecretOption,
  key: {
    type: 'string',
    valueHint: 'FILE',
    description: 'Its private key as PEM or JWK, instead of a secret',
  },
  clientCert: {
    type: 'string',
    valueHint: 'FILE',
    description: 'Its certificate as PEM, presented in the TLS handshake, instead of a secret',
  },
  clientKey: {
    type: 'string',
    valueHint: 'FILE',
    description: 'The private key of that certificate, as PEM',
  },
  dpop: {
    type: 'string',
    valueHint: 'FILE',
    description: 'A private key as PEM or JWK to bind the token to, with a DPoP proof',
  },
  url: { type: 'string', valueHint: 'ISSUER', description: 'Another server, with --client-id' },
} as const

type ClientOptions = {
  clientId: string | undefined
  clientSecretStdin: boolean
  key: string | undefined
  clientCert: string | undefined
  clientKey: string | undefined
  url: string | undefined
}

export const token = action(
  'token',
  'Ask for an access token, and print it or what it says',
  args,
  async (values) => {
    const { issuer, client } = await clientOf(values)
    const { scope, resource: resources, dpop } = values
    const proofKey = dpop === undefined ? undefined : readProofKey(dpop)
    const issued = await requestToken(issuer, client, { scope, resources, proofKey })
    const decoded = decode(issued)
    if (values.json) return printJson(values.decode ? { ...issued, ...decoded } : issued)
    if (!values.decode) return print(issued.access_token)
    printFields(Object.entries(decoded.header).map(inWords))
    print()
    printFields(Object.entries(decoded.claims).map(inWords))
  },
)

type AnyClient = ClientCredentials | KeyedClient | CertifiedClient

async function clientOf(options: ClientOptions): Promise<{ issuer: string; client: AnyClient }> {
  const { clientId, url } = options
  const proofs = proofsIn(options)
  if (proofs.length > 1) throw usageFailure(`${proofs.join(' and ')} exclude each other.`)
  if (clientId !== undefined) {
    const issuer = url === undefined ? readAccount().issuer : readIssuer(url)
    return { issuer, client: await namedClient(clientId, options) }
  }
  if (proofs.length > 0 || url !== undefined) {
    throw usageFailure('--client-secret-stdin, --key, --client-cert and --url go with --client-id.')
  }
  const account = readAccount()
  if (!('token' in account)) return { issuer: account.issuer, client: account }
  throw new Failure(
    EXIT.denied,
    'PORTCULLIS_TOKEN is a token already, and cannot ask for another: give --client-id.',
  )
}

/** The options by which the client is to prove itself. */
function proofsIn({ key, clientSecretStdin, clientCert, clientKey }: ClientOptions): string[] {
  if ((clientCert === undefined) !== (clientKey === undefined)) {
    throw usageFailure('--client-cert and --client-key go together.')
  }
  const given = {
    '--key': key !== undefined,
    '--client-cert': clientCert !== undefined,
    '--client-secret-stdin': clientSecretStdin,
  }
  return Object.entries(given).flatMap(([flag, isGiven]) => (isGiven ? [flag] : []))
}

async function namedClient(clientId: string, options: ClientOptions): Promise<AnyClient> {
  const { key, clientCert: cert, clientKey, clientSecretStdin } = options
  if (key !== undefined) return readKeyedClient(clientId, key)
  if (cert !== undefined && clientKey !== undefined) {
    return { clientId, certificate: readClientCertificate(cert, clientKey) }
  }
  return { clientId, clientSecret: await readSecret(clientSecretStdin) }
}

function decode({ access_token: text }: IssuedToken) {
  const decoded = readTokenText(text)
  if (typeof decoded === 'object') return decoded
  throw new Failure(EXIT.failed, 'The token is not a JWT: it cannot be decoded.')
}

const TIMES = new Set(['iat', 'exp', 'nbf'])

export function inWords([name, value]: [string, unknown]): [string, string] {
  if (TIMES.has(name)) return [name, claimTime(value)]
  return [name, typeof value === 'string' ? value : JSON.stringify(value)]
}

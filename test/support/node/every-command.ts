import { generateKeyPairSync } from 'node:crypto'
import { join } from 'node:path'
import { BOOTSTRAP_TOKEN } from './harness.ts'

// A story that runs every command of the command line once, in an order in which each succeeds.

export const AUDIENCE = 'https://api.example.com'
const PLATFORM = 'https://ci.example.com'

/** The JSON that commands printed so far, by their names. */
export type Said = Record<string, Record<string, unknown>>

/** The state of the story: the JSON so far, the client that is logged in, the issuer, a folder for files. */
export type World = {
  said: Said
  id: string
  secret: string
  issuer: string
  inFolder: (name: string, text?: string) => string
}

export type Step = {
  command: string
  /** The operations of the OpenAPI document that the command asks for. */
  asks: string[]
  words: (world: World) => string[]
  input?: (world: World) => string
  env?: (world: World) => Record<string, string>
}

function step(
  command: string,
  asks: string[],
  words: Step['words'] = () => [],
  more: Pick<Step, 'env' | 'input'> = {},
): Step {
  return { command, asks, words, ...more }
}

const idIn = (said: Said, command: string, field: string) => String(said[command]?.[field])

const exported = (name: string) => [join(import.meta.dirname, '../../e2e/fixtures/imports', name)]

const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const PEM = publicKey.export({ type: 'spki', format: 'pem' })
const JWKS = JSON.stringify({
  keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'one', alg: 'ES256' }],
})
const INVOICES = `${AUDIENCE}=invoices:read`

/** The environment of the client that administers, which asks the server itself for its metadata. */
const asClient = ({ issuer, id, secret }: World) => ({
  PORTCULLIS_URL: issuer,
  PORTCULLIS_TOKEN: '',
  PORTCULLIS_CLIENT_ID: id,
  PORTCULLIS_CLIENT_SECRET: secret,
})

const APIS: Step[] = [
  step('apis create', ['createApi'], () => [
    AUDIENCE,
    '--name',
    'Billing',
    '--permission',
    'invoices:read=Read invoices',
    '--permission',
    'invoices:write',
  ]),
  step('apis list', ['listApis']),
  step('apis show', ['listApis', 'getApi'], () => [AUDIENCE]),
  step('apis edit', ['updateApi'], () => [
    AUDIENCE,
    '--permission',
    'invoices:void',
    '--remove-permission',
    'invoices:write',
  ]),
  step('roles create', ['createRole'], () => ['Reader', '--permission', INVOICES]),
  step('roles list', ['listRoles']),
  step('roles show', ['getRole'], () => ['Reader']),
  step('roles edit', ['updateRole'], () => ['Reader', '--description', 'Reads']),
]

const CLIENTS: Step[] = [
  step('clients create', ['createClient'], () => [
    'Nightly',
    '--permission',
    INVOICES,
    '--role',
    'Reader',
    '--tag',
    'team:billing',
  ]),
  step('clients list', ['listClients'], () => ['--role', 'Reader']),
  step('clients show', ['getClient'], () => ['Nightly']),
  step('clients edit', ['updateClient'], () => ['Nightly', '--untag', 'team:billing']),
  step('clients duplicate', ['duplicateClient'], () => ['Nightly', 'Copy']),
  step('clients tag', ['changeClients'], () => ['Nightly', 'Copy', '--tag', 'prod']),
  step('clients access show', ['getClient'], () => ['Nightly']),
  step('clients access add', ['setAccess'], () => [
    'Nightly',
    '--permission',
    `${AUDIENCE}=invoices:void`,
  ]),
  step('clients access remove', ['setAccess'], () => ['Nightly', '--role', 'Reader']),
  step('clients access set', ['setAccess'], () => ['Copy', '--none']),
  step('clients suspend', ['changeClients'], () => ['Nightly']),
  step('clients resume', ['changeClients'], () => ['Nightly']),
  step('clients revoke-tokens', ['changeClients'], () => ['Nightly']),
]

const secretOf = ({ said }: World) => idIn(said, 'clients secrets create', 'secret_id')

const SECRETS: Step[] = [
  step('clients secrets create', ['createSecret'], () => ['Nightly', '--label', 'CI']),
  step('clients secrets list', ['listSecrets'], () => ['Nightly']),
  step('clients secrets show', ['getClient'], (world) => ['Nightly', secretOf(world)]),
  step('clients secrets label', ['updateSecret'], (world) => ['Nightly', secretOf(world), 'CD']),
  step('clients extend', ['updateSecret'], (world) => ['Nightly', secretOf(world)]),
  step('clients secrets delete', ['deleteSecret'], (world) => [
    'Nightly',
    secretOf(world),
    '--yes',
  ]),
  step('clients rotate', ['createSecret'], () => ['Nightly']),
]

const keyOf = ({ said }: World) => ['Copy', idIn(said, 'keys add', 'key_id')]
const certificateOf = ({ said }: World) => [
  'Copy',
  idIn(said, 'certificates add', 'certificate_id'),
]
const issuerOf = ({ said }: World) => idIn(said, 'issuers add', 'issuer_id')
const workloadOf = ({ said }: World) => ['Copy', idIn(said, 'workloads add', 'credential_id')]

const CREDENTIALS: Step[] = [
  step('keys add', ['createKey'], () => ['Copy', '-'], { input: () => String(PEM) }),
  step('keys list', ['listKeys'], () => ['Copy']),
  step('keys show', ['getKey'], keyOf),
  step('keys delete', ['deleteKey'], (world) => [...keyOf(world), '--yes']),
  step('certificates add', ['createCertificate'], () => ['Copy', '--san-dns', 'a.example.com']),
  step('certificates list', ['listCertificates'], () => ['Copy']),
  step('certificates show', ['getCertificate'], certificateOf),
  step('certificates delete', ['deleteCertificate'], (world) => [...certificateOf(world), '--yes']),
  step('issuers add', ['createIssuer'], () => [PLATFORM, '--jwks', '-'], { input: () => JWKS }),
  step('issuers list', ['listIssuers']),
  step('issuers show', ['getIssuer'], () => [PLATFORM]),
  step('issuers edit', ['updateIssuer'], () => [PLATFORM, '--max-lifetime', '1h']),
  step('workloads add', ['createFederatedCredential'], (world) => [
    'Copy',
    '--issuer-id',
    issuerOf(world),
    '--subject',
    'job:1',
    '--label',
    'CI',
  ]),
  step('workloads list', ['listFederatedCredentials'], () => ['Copy']),
  step('workloads show', ['getFederatedCredential'], workloadOf),
  step('workloads explain', ['diagnoseFederation'], () => ['-'], { input: () => 'a.b.c' }),
  step('workloads delete', ['deleteFederatedCredential'], (world) => [
    ...workloadOf(world),
    '--yes',
  ]),
  step('issuers delete', ['deleteIssuer'], (world) => [issuerOf(world)]),
]

const SERVER: Step[] = [
  step('administrators add', ['createAdministrator'], () => [
    'ada@example.com',
    '--access',
    'manage',
  ]),
  step('administrators list', ['listAdministrators']),
  step('administrators show', ['getAdministrator'], () => ['Ada@example.com']),
  step('administrators edit', ['updateAdministrator'], () => ['ada@example.com', '--access=view']),
  step('administrators edit', ['updateAdministrator'], () => [
    'ada@example.com',
    '--access=manage',
  ]),
  step('reminders test', ['sendTestMail']),
  step('events show', ['getEventsWebhook']),
  step('events test', ['sendTestEvent']),
  step('events resend', ['resendEvents']),
  step('administrators remove', ['deleteAdministrator'], () => ['ada@example.com', '--yes']),
  step('find', ['lookUpCredential'], ({ id }) => [id]),
  step('respond', ['recordIncident'], () => ['Copy', '--reason', 'SEC-1']),
  step('incidents show', ['getIncident'], ({ said }) => [idIn(said, 'respond', 'incident_id')]),
  step('audit list', ['listAuditEvents'], () => ['--limit', '1']),
  step('audit verify', ['verifyAuditLog']),
  step('audit checkpoint', ['readAuditCheckpoint']),
  step(
    'audit export',
    ['readAuditCheckpoint', 'proveAuditConsistency', 'proveAuditEvents'],
    ({ said, inFolder }) => {
      const kept = inFolder('kept.txt', String(said['audit checkpoint']?.['checkpoint']))
      return ['--since', kept]
    },
  ),
  step('audit accept', ['acceptAuditLog'], () => ['--yes']),
  step('signing-keys list', ['listSigningKeys']),
  step('signing-keys rotate', ['rotateSigningKey']),
  step('signing-keys revoke', ['revokeSigningKey'], ({ said }) => [
    '--yes',
    '--',
    idIn(said, 'signing-keys rotate', 'kid'),
  ]),
  step('health', ['getHealth'], () => ['--fail-on', 'unavailable']),
  step('import auth0', ['importClients'], () => [...exported('auth0-clients.json'), '--yes']),
  step('import keycloak', ['importClients'], () => [...exported('keycloak-realm.json'), '--yes']),
  step('import hydra', ['importClients'], () => [
    ...exported('hydra-clients.json'),
    '--secrets',
    ...exported('hydra-secrets.csv'),
    '--audience=https://hydra.example.com',
    '--yes',
  ]),
]

const TOKENS: Step[] = [
  step(
    'login',
    [],
    ({ id, issuer }) => ['--url', issuer, '--client-id', id, '--client-secret-stdin'],
    { input: ({ secret }) => secret, env: () => ({ PORTCULLIS_URL: '', PORTCULLIS_TOKEN: '' }) },
  ),
  step('logout', []),
  step('token', ['getMetadata', 'issueToken'], () => [], { env: asClient }),
  step('introspect', ['getMetadata', 'introspectToken'], () => [], {
    env: asClient,
    input: ({ said }) => idIn(said, 'token', 'access_token'),
  }),
]

const BACKUP = `PRAGMA defer_foreign_keys=TRUE;
CREATE TABLE \`portcullis_clients\` (
\t\`client_id\` text
);
INSERT INTO "portcullis_clients" ("client_id") VALUES('a');
CREATE TRIGGER other AFTER INSERT ON portcullis_clients BEGIN SELECT 1; END;
`

const LOCAL: Step[] = [
  step('secrets make', []),
  step('secrets rotate', [], () => ['PEPPER'], {
    input: ({ said }) => idIn(said, 'secrets make', 'PEPPER'),
  }),
  step('backup arrange', [], ({ inFolder }) => [
    inFolder('backup.sql', BACKUP),
    '--file',
    inFolder('restore.sql'),
  ]),
]

const ENDS: Step[] = [
  step('clients delete', ['changeClients'], () => ['Nightly', '--yes']),
  step('roles delete', ['deleteRole'], () => ['Reader', '--yes']),
  step('apis delete', ['deleteApi'], () => [AUDIENCE, '--yes']),
]

export const STEPS = [
  ...APIS,
  ...CLIENTS,
  ...SECRETS,
  ...CREDENTIALS,
  ...SERVER,
  ...TOKENS,
  ...LOCAL,
  ...ENDS,
]

/** The environment of a person with the bootstrap token, who reaches the server at `url`. */
export const asBootstrap = (url: string) => ({
  PORTCULLIS_URL: url,
  PORTCULLIS_TOKEN: BOOTSTRAP_TOKEN,
})

import { PUBLIC_JWK } from '../support/client-keys.ts'

/**
 * The outcome of a request: it is answered, the person is sent to sign in, or it is refused with
 * this status. For each kind of caller, by the right that the route asks for.
 */
const ANSWERS = `
asks           nobody wrong expired suspended elsewhere introspector auditor reader manager bootstrap stranger viewer ruler breakglass
nothing        ok     ok    ok      ok        ok        ok           ok      ok     ok      ok        ok       ok     ok    ok
health         ok     401   401     401       401       403          403     ok     ok      ok        ok       ok     ok    ok
a-secret       401    401   401     401       401       401          401     401    401     401       401      401    401   401
introspection  401    401   401     401       401       ok           403     403    403     401       401      401    401   401
reading        401    401   401     401       401       403          403     ok     ok      ok        401      401    401   401
managing       401    401   401     401       401       403          403     403    ok      ok        401      401    401   401
auditing       401    401   401     401       401       403          ok      403    403     ok        401      401    401   401
a-person       401    401   401     401       401       403          403     403    403     ok        401      401    401   401
a-viewer       in     in    in      in        in        in           in      in     in      in        in       ok     ok    ok
a-ruler        in     in    in      in        in        in           in      in     in      in        in       403    ok    ok
a-kept-form    in     in    in      in        in        in           in      in     in      in        in       400    400   400
signing-in     401    401   401     401       401       401          401     401    401     401       401      401    401   401
leads-there    in     in    in      in        in        in           in      in     in      in        in       in     in    in
`

export type Caller =
  | 'nobody'
  /** Tokens: forged; past its end; of a suspended client; for another API. */
  | 'wrong'
  | 'expired'
  | 'suspended'
  | 'elsewhere'
  /** Tokens of clients with one permission here. */
  | 'introspector'
  | 'auditor'
  | 'reader'
  | 'manager'
  | 'bootstrap'
  /**
   * Sessions: of a person who is not an administrator, of one with `view`, of one with `manage`, of
   * the bootstrap token.
   */
  | 'stranger'
  | 'viewer'
  | 'ruler'
  | 'breakglass'

type Asks =
  | 'nothing'
  | 'health'
  | 'a-secret'
  | 'introspection'
  | 'reading'
  | 'managing'
  | 'auditing'
  | 'a-person'
  | 'a-viewer'
  | 'a-ruler'
  | 'a-kept-form'
  | 'signing-in'
  | 'leads-there'

/**
 * The right that a route asks of its caller, and a body that it takes: for a console route, its
 * form.
 */
export type Entry = [asks: Asks, body?: Record<string, unknown>]

const CLIENT = { client_name: 'New' }
const ACCESS = { roles: [], permissions: [] }
const NEW_API = { audience: 'https://new-{n}.example', name: 'New', permissions: [] }
const API_FORM = { audience: 'https://new-{n}.example', name: 'New', permissions: '' }
const ROLE = { name: 'New', permissions: [] }
const KEY_FORM = { key: JSON.stringify(PUBLIC_JWK), label: '{needle}' }
const CERTIFICATE_FORM = { by: 'name', kind: 'san_dns', name: 'b.example', label: '{needle}' }
const RULE = { issuer_id: '{spare_issuer_id}', subject: 'new-{n}' }
const RULE_FORM = { ...RULE, label: '{needle}' }
const ISSUER_FORM = { issuer: 'https://new-{n}.example', preset: 'custom', name: 'New' }
const ADMINISTRATOR = { email: 'new-{n}@example.com', access: 'view' }
const IMPORT = {
  clients: [
    { client_id: 'new-{n}', client_name: 'New', secret: { text: 'an imported secret {n}' } },
  ],
}
// Beside a form's own fields: what it was made from.
const SEEN = { version: '{version}' }

/** Every route there is, `{...}` in a body being filled in. */
export const ENTRIES: Record<string, Entry> = {
  'GET /': ['nothing'],
  'GET /:slash{$}': ['nothing'],
  'GET /health': ['health'],
  'GET /.well-known/oauth-authorization-server': ['nothing'],
  'GET /.well-known/openid-configuration': ['nothing'],
  'GET /.well-known/jwks.json': ['nothing'],
  'GET /oauth/status-lists': ['nothing'],
  'GET /oauth/status-lists/:list_id': ['nothing'],
  'POST /oauth/token': ['a-secret', { grant_type: 'client_credentials' }],
  'POST /oauth/introspect': ['introspection', { token: '{token}' }],
  'POST /oauth/revoke': ['a-secret', { token: '{token}' }],
  'POST /oauth/rotate': ['a-secret', {}],

  'GET /admin/v1/openapi.json': ['nothing'],

  'GET /admin/v1/clients': ['reading'],
  'POST /admin/v1/clients': ['managing', CLIENT],
  'POST /admin/v1/clients/bulk': ['managing', { action: 'suspend', client_ids: ['{client_id}'] }],
  'GET /admin/v1/clients/:client_id': ['reading'],
  'PATCH /admin/v1/clients/:client_id': ['managing', CLIENT],
  'DELETE /admin/v1/clients/:client_id': ['managing'],
  'PUT /admin/v1/clients/:client_id/access': ['managing', ACCESS],
  'PUT /admin/v1/clients/:client_id/permissions/:api_id/:permission': ['managing', {}],
  'DELETE /admin/v1/clients/:client_id/permissions/:api_id/:permission': ['managing'],
  'PUT /admin/v1/clients/:client_id/roles/:role_id': ['managing', {}],
  'DELETE /admin/v1/clients/:client_id/roles/:role_id': ['managing'],
  'PUT /admin/v1/clients/:client_id/suspension': ['managing', {}],
  'DELETE /admin/v1/clients/:client_id/suspension': ['managing'],
  'DELETE /admin/v1/clients/:client_id/tokens': ['managing'],
  'POST /admin/v1/clients/:client_id/duplicates': ['managing', {}],
  'GET /admin/v1/clients/:client_id/secrets': ['reading'],
  'POST /admin/v1/clients/:client_id/secrets': ['managing', {}],
  'GET /admin/v1/clients/:client_id/secrets/:secret_id': ['reading'],
  'PATCH /admin/v1/clients/:client_id/secrets/:secret_id': ['managing', { label: 'New' }],
  'DELETE /admin/v1/clients/:client_id/secrets/:secret_id': ['managing'],
  'GET /admin/v1/clients/:client_id/keys': ['reading'],
  'POST /admin/v1/clients/:client_id/keys': ['managing', { jwk: PUBLIC_JWK }],
  'GET /admin/v1/clients/:client_id/keys/:key_id': ['reading'],
  'DELETE /admin/v1/clients/:client_id/keys/:key_id': ['managing'],
  'GET /admin/v1/clients/:client_id/federated-credentials': ['reading'],
  'POST /admin/v1/clients/:client_id/federated-credentials': ['managing', RULE],
  'GET /admin/v1/clients/:client_id/federated-credentials/:credential_id': ['reading'],
  'DELETE /admin/v1/clients/:client_id/federated-credentials/:credential_id': ['managing'],
  'GET /admin/v1/issuers': ['reading'],
  'POST /admin/v1/issuers': ['a-person', { issuer: 'https://new-{n}.example' }],
  'GET /admin/v1/issuers/:issuer_id': ['reading'],
  'PATCH /admin/v1/issuers/:issuer_id': ['a-person', { name: 'New' }],
  'DELETE /admin/v1/issuers/:issuer_id': ['a-person'],
  'POST /admin/v1/federation/diagnoses': ['reading', { assertion: 'a.b.c' }],
  'GET /admin/v1/clients/:client_id/certificates': ['reading'],
  'POST /admin/v1/clients/:client_id/certificates': ['managing', { san_dns: 'b.example' }],
  'GET /admin/v1/clients/:client_id/certificates/:certificate_id': ['reading'],
  'DELETE /admin/v1/clients/:client_id/certificates/:certificate_id': ['managing'],
  'GET /admin/v1/apis': ['reading'],
  'POST /admin/v1/apis': ['managing', NEW_API],
  'GET /admin/v1/apis/:api_id': ['reading'],
  'PATCH /admin/v1/apis/:api_id': ['managing', { name: 'New' }],
  'DELETE /admin/v1/apis/:api_id': ['managing'],
  'PUT /admin/v1/apis/:api_id/permissions/:permission': ['managing', {}],
  'DELETE /admin/v1/apis/:api_id/permissions/:permission': ['managing'],
  'GET /admin/v1/roles': ['reading'],
  'POST /admin/v1/roles': ['managing', ROLE],
  'GET /admin/v1/roles/:role_id': ['reading'],
  'PATCH /admin/v1/roles/:role_id': ['managing', { name: 'New' }],
  'DELETE /admin/v1/roles/:role_id': ['managing'],
  'PUT /admin/v1/roles/:role_id/permissions/:api_id/:permission': ['managing', {}],
  'DELETE /admin/v1/roles/:role_id/permissions/:api_id/:permission': ['managing'],
  'GET /admin/v1/administrators': ['reading'],
  'POST /admin/v1/administrators': ['a-person', ADMINISTRATOR],
  'GET /admin/v1/administrators/:administrator_id': ['reading'],
  'PATCH /admin/v1/administrators/:administrator_id': ['a-person', { access: 'view' }],
  'DELETE /admin/v1/administrators/:administrator_id': ['a-person'],
  'GET /admin/v1/signing-keys': ['reading'],
  'POST /admin/v1/signing-keys': ['a-person', {}],
  'DELETE /admin/v1/signing-keys/:kid': ['a-person'],
  'GET /admin/v1/audit-events': ['auditing'],
  'GET /admin/v1/audit-events/verification': ['auditing'],
  'GET /admin/v1/audit-events/checkpoint': ['auditing'],
  'GET /admin/v1/audit-events/consistency': ['auditing'],
  'GET /admin/v1/audit-events/proofs': ['auditing'],
  'POST /admin/v1/audit-events/verification': ['a-person', {}],
  'POST /admin/v1/credential-lookups': ['reading', { text: '{key_id}' }],
  'POST /admin/v1/client-imports': ['a-person', IMPORT],
  'POST /admin/v1/incidents': ['managing', { client_ids: ['{client_id}'] }],
  'GET /admin/v1/incidents/:incident_id': ['reading'],
  'POST /admin/v1/reminders/test': ['a-person', { email: '{address}' }],
  'GET /admin/v1/events-webhook': ['reading'],
  'POST /admin/v1/events-webhook/test': ['a-person', {}],
  'POST /admin/v1/events-webhook/resend': ['a-person', {}],

  'GET /console': ['nothing'],
  'GET /console/': ['nothing'],
  'GET /console/inspector': ['nothing'],
  'GET /console/style.css': ['nothing'],
  'GET /console/console.js': ['nothing'],
  'GET /console/icon.svg': ['nothing'],
  'GET /console/sign-in': ['nothing'],
  'POST /console/sign-in': ['signing-in', { token: 'wrong' }],
  'POST /console/sign-in/form': ['a-kept-form', { kept: 'nothing of ours' }],
  'GET /console/sign-in/oidc': ['leads-there'],
  'GET /console/sign-in/oidc/callback': ['leads-there'],
  'POST /console/sign-out': ['a-viewer', {}],

  'GET /console/clients': ['a-viewer'],
  'GET /console/clients/bulk/suspension': ['a-ruler'],
  'POST /console/clients/bulk/suspension': ['a-ruler', { client: '{client_id}' }],
  'GET /console/clients/bulk/resumption': ['a-ruler'],
  'POST /console/clients/bulk/resumption': ['a-ruler', { client: '{client_id}' }],
  'GET /console/clients/bulk/tags': ['a-ruler'],
  'POST /console/clients/bulk/tags': ['a-ruler', { client: '{client_id}', tags: 'new' }],
  'GET /console/clients/bulk/tag-removal': ['a-ruler'],
  'POST /console/clients/bulk/tag-removal': ['a-ruler', { client: '{client_id}', tags: 'new' }],
  'GET /console/clients/bulk/deletion': ['a-ruler'],
  'POST /console/clients/bulk/deletion': ['a-ruler', { client: '{client_id}', confirm: '1' }],
  'GET /console/clients/bulk/token-revocation': ['a-ruler'],
  'POST /console/clients/bulk/token-revocation': ['a-ruler', { client: '{client_id}' }],
  'GET /console/clients/export.csv': ['a-viewer'],
  'GET /console/clients/new': ['a-ruler'],
  'POST /console/clients': ['a-ruler', { ...CLIENT, expires_on: '{date}' }],
  'GET /console/clients/:client_id': ['a-viewer'],
  'GET /console/clients/:client_id/activity': ['a-viewer'],
  'GET /console/clients/:client_id/preview': ['a-viewer'],
  'GET /console/clients/:client_id/duplicate': ['a-ruler'],
  'GET /console/clients/:client_id/details': ['a-ruler'],
  'POST /console/clients/:client_id/details': ['a-ruler', { ...CLIENT, ...SEEN }],
  'GET /console/clients/:client_id/access': ['a-viewer'],
  'POST /console/clients/:client_id/access': ['a-ruler', SEEN],
  'GET /console/clients/:client_id/suspension': ['a-ruler'],
  'POST /console/clients/:client_id/suspension': ['a-ruler', {}],
  'GET /console/clients/:client_id/resumption': ['a-ruler'],
  'POST /console/clients/:client_id/resumption': ['a-ruler', { suspended_at: '' }],
  'GET /console/clients/:client_id/token-revocation': ['a-ruler'],
  'POST /console/clients/:client_id/token-revocation': ['a-ruler', {}],
  'GET /console/clients/:client_id/deletion': ['a-ruler'],
  'POST /console/clients/:client_id/deletion': ['a-ruler', { ...SEEN, confirm: '{needle}' }],
  'POST /console/clients/:client_id/secrets': ['a-ruler', { ...SEEN, expires_on: '{date}' }],
  'GET /console/clients/:client_id/secrets/new': ['a-ruler'],
  'GET /console/clients/:client_id/secrets/:secret_id': ['a-ruler'],
  'GET /console/clients/:client_id/secrets/:secret_id/use': ['a-ruler'],
  'POST /console/clients/:client_id/secrets/:secret_id/replacement': ['a-ruler', {}],
  'GET /console/clients/:client_id/secrets/:secret_id/deletion': ['a-ruler'],
  'GET /console/clients/:client_id/secrets/:secret_id/extension': ['a-ruler'],
  'POST /console/clients/:client_id/secrets/:secret_id/extension': ['a-ruler', SEEN],
  'POST /console/clients/:client_id/secrets/:secret_id/deletion': ['a-ruler', SEEN],
  'GET /console/clients/:client_id/keys/new': ['a-ruler'],
  'POST /console/clients/:client_id/keys': ['a-ruler', KEY_FORM],
  'GET /console/clients/:client_id/keys/:key_id': ['a-viewer'],
  'GET /console/clients/:client_id/keys/:key_id/deletion': ['a-ruler'],
  'POST /console/clients/:client_id/keys/:key_id/deletion': ['a-ruler', SEEN],
  'GET /console/clients/:client_id/certificates/new': ['a-ruler'],
  'POST /console/clients/:client_id/certificates': ['a-ruler', CERTIFICATE_FORM],
  'GET /console/clients/:client_id/certificates/:certificate_id': ['a-viewer'],
  'GET /console/clients/:client_id/certificates/:certificate_id/deletion': ['a-ruler'],
  'POST /console/clients/:client_id/certificates/:certificate_id/deletion': ['a-ruler', SEEN],
  'GET /console/clients/:client_id/workloads/new': ['a-ruler'],
  'POST /console/clients/:client_id/workloads': ['a-ruler', RULE_FORM],
  'GET /console/clients/:client_id/workloads/:credential_id/deletion': ['a-ruler'],
  'POST /console/clients/:client_id/workloads/:credential_id/deletion': ['a-ruler', SEEN],
  'GET /console/activity': ['a-viewer'],
  'GET /console/activity/export.csv': ['a-viewer'],
  'GET /console/activity/export.jsonl': ['a-viewer'],
  'GET /console/find': ['a-viewer'],
  'POST /console/find': ['a-viewer', { text: '{token}' }],
  'GET /console/incidents/new': ['a-ruler'],
  'POST /console/incidents': ['a-ruler', { client_id: '{client_id}', suspend: 'yes' }],
  'GET /console/incidents/:incident_id': ['a-viewer'],
  'GET /console/apis': ['a-viewer'],
  'GET /console/apis/new': ['a-ruler'],
  'POST /console/apis': ['a-ruler', API_FORM],
  'GET /console/apis/:api_id': ['a-viewer'],
  'POST /console/apis/:api_id': ['a-ruler', { ...API_FORM, ...SEEN }],
  'GET /console/apis/:api_id/deletion': ['a-ruler'],
  'POST /console/apis/:api_id/deletion': ['a-ruler', SEEN],
  'GET /console/roles': ['a-viewer'],
  'GET /console/roles/new': ['a-ruler'],
  'POST /console/roles': ['a-ruler', { name: 'New' }],
  'GET /console/roles/:role_id': ['a-viewer'],
  'POST /console/roles/:role_id': ['a-ruler', { name: 'New', ...SEEN }],
  'GET /console/roles/:role_id/deletion': ['a-ruler'],
  'POST /console/roles/:role_id/deletion': ['a-ruler', SEEN],
  'GET /console/issuers': ['a-viewer'],
  'GET /console/issuers/new': ['a-ruler'],
  'POST /console/issuers': ['a-ruler', ISSUER_FORM],
  'GET /console/issuers/:issuer_id/deletion': ['a-ruler'],
  'POST /console/issuers/:issuer_id/deletion': ['a-ruler', SEEN],
  'GET /console/workloads': ['a-viewer'],
  'POST /console/workloads': ['a-viewer', { token: 'a.b.c' }],
  'GET /console/administrators': ['a-viewer'],
  'POST /console/administrators': ['a-ruler', ADMINISTRATOR],
  'POST /console/administrators/test-mail': ['a-ruler', {}],
  'GET /console/administrators/:administrator_id': ['a-ruler'],
  'POST /console/administrators/:administrator_id': ['a-ruler', { access: 'view', ...SEEN }],
  'GET /console/administrators/:administrator_id/removal': ['a-ruler'],
  'POST /console/administrators/:administrator_id/removal': ['a-ruler', SEEN],
  'GET /console/administrators/:member_id/block': ['a-ruler'],
  'POST /console/administrators/:member_id/block': ['a-ruler', { blocked: 'yes', ...SEEN }],
  'GET /console/signing-keys': ['a-viewer'],
  'GET /console/signing-keys/rotation': ['a-ruler'],
  'POST /console/signing-keys': ['a-ruler', {}],
  'GET /console/signing-keys/:kid/revocation': ['a-ruler'],
  'POST /console/signing-keys/:kid/revocation': ['a-ruler', { confirm: 'revoke' }],
  'GET /console/setup': ['a-viewer'],
  'POST /console/setup/test-event': ['a-ruler', {}],
  'POST /console/setup/resent-events': ['a-ruler', {}],
  'GET /console/signed-in': ['a-viewer'],
}

const [columns = [], ...rows] = ANSWERS.trim()
  .split('\n')
  .map((line) => line.split(/ +/))

export const CALLERS = columns.slice(1) as Caller[]

/** The outcome of a route for each caller. */
export function answersOf([asks]: Entry): [Caller, string][] {
  const row = rows.find(([name]) => name === asks) ?? []
  return CALLERS.map((caller, i) => [caller, row[i + 1] ?? 'not said'])
}

import type { Holder, CanaryFixture } from './canary-fixture.ts'
import type { Random } from './canaries.ts'

/** Puts a text into a request where it does not belong. */
type Place = (fixture: CanaryFixture, text: string, holder: Holder) => Request

const FORM = 'application/x-www-form-urlencoded'

const q = encodeURIComponent

function queries(paths: string[], headers: (fixture: CanaryFixture) => HeadersInit): Place[] {
  return paths.map(
    (path) => (fixture, text, holder) =>
      fixture.request(
        'GET',
        path.replace('{}', q(text)).replace('{id}', holder.id),
        headers(fixture),
      ),
  )
}

const IN_HEADERS = [
  'User-Agent Referer X-Secret CF-Ray If-Match Accept Origin Range',
  'Accept-Language CF-Connecting-IP X-Forwarded-For Content-Language Cookie',
  'If-None-Match X-Request-Id Traceparent X-API-Key Cf-Access-Jwt-Assertion',
].flatMap((line) => line.split(' '))

const HEADER_PATHS = ['/health', '/console/clients', '/admin/v1/clients', '/.well-known/jwks.json']

const inHeaders: Place[] = IN_HEADERS.flatMap((name) =>
  HEADER_PATHS.map(
    (path): Place =>
      (fixture, text) =>
        fixture.request('GET', path, { ...fixture.bearer, [name]: text }),
  ),
)

const asCredentials: Place[] = [
  ...['Bearer {}', 'Basic {}', '{}', 'Bearer {} x', 'Digest username={}'].flatMap((scheme) =>
    HEADER_PATHS.map(
      (path): Place =>
        (fixture, text) =>
          fixture.request('GET', path, { Authorization: scheme.replace('{}', text) }),
    ),
  ),
  (fixture, text) =>
    fixture.request('GET', '/console/clients', { Cookie: `__Host-portcullis=${text}.${text}` }),
  (fixture, text) =>
    fixture.request('GET', '/console/clients', {
      Cookie: `${fixture.session.Cookie}; __Host-portcullis-flash=${text}.${text}`,
    }),
]

const OAUTH = ['/oauth/token', '/oauth/introspect', '/oauth/revoke']
const FIELDS = ['scope', 'resource', 'grant_type', 'client_id', 'token', 'x', 'client_assertion']

/** In a form of an OAuth endpoint, with and without credentials, as a value, a name, and twice. */
const inForms: Place[] = OAUTH.flatMap((path) => [
  ...FIELDS.flatMap((field): Place[] => [
    (fixture, text, holder) =>
      fixture.form(path, { ...fixture.grant, [field]: text }, fixture.basic(holder)),
    (fixture, text) => fixture.form(path, { ...fixture.grant, [field]: text }, {}),
    (fixture, text, holder) =>
      fixture.form(path, `${field}=${q(text)}&${field}=${q(text)}`, fixture.basic(holder)),
  ]),
  (fixture, text, holder) =>
    fixture.form(path, { ...fixture.grant, [text]: 'x' }, fixture.basic(holder)),
  (fixture, text, holder) => fixture.form(`${path}?token=${q(text)}`, {}, fixture.basic(holder)),
  (fixture, text) => fixture.form(`${path}?client_secret=${q(text)}`, fixture.grant, {}),
  (fixture, text) =>
    fixture.form(path, JSON.stringify({ token: text }), { 'Content-Type': 'application/json' }),
  (fixture, text) =>
    fixture.form(path, `--${text}\r\n\r\n${text}`, {
      'Content-Type': `multipart/form-data; boundary=${text}`,
    }),
  (fixture, text) =>
    fixture.form(path, { x: text }, { 'Content-Type': `${FORM}; charset=${text}` }),
])

const JSONS: ((text: string) => unknown)[] = [
  (text) => ({ client_name: 'a', x: text }),
  (text) => ({ client_name: 'a', secret: { expires_on: text } }),
  (text) => ({ client_name: 'a', access_token_lifetime: text }),
  (text) => ({ client_name: 'a', roles: [text] }),
  (text) => ({ client_name: 'a', permissions: [{ audience: text, permission: text }] }),
  (text) => ({ client_name: { [text]: text } }),
  (text) => [text],
  (text) => text,
]

const inJson: Place[] = [
  ...JSONS.flatMap((body): Place[] => [
    (fixture, text) => fixture.json('POST', '/admin/v1/clients', body(text)),
    (fixture, text, { id }) => fixture.json('PATCH', `/admin/v1/clients/${id}`, body(text)),
    (fixture, text, { id }) => fixture.json('PUT', `/admin/v1/clients/${id}/access`, body(text)),
    (fixture, text, { id }) => fixture.json('POST', `/admin/v1/clients/${id}/secrets`, body(text)),
    (fixture, text) => fixture.json('POST', '/admin/v1/administrators', body(text)),
  ]),
  (fixture, text) => fixture.raw('/admin/v1/clients', `{"client_name": ${text}`),
  (fixture, text) => fixture.raw('/admin/v1/clients', text, { 'Content-Type': text }),
  (fixture, text) =>
    fixture.json('POST', '/admin/v1/administrators', { email: text, access: 'view' }),
  (fixture, text, { id }) => fixture.json('DELETE', `/admin/v1/clients/${id}/secrets/${text}`),
  (fixture, text) => fixture.json('DELETE', `/admin/v1/signing-keys/${text}`),
]

const CONSOLE_FIELDS = ['called', 'kept', 'version', 'roles', 'permission', 'x', 'suspended_at']

const inConsoleForms: Place[] = [
  ...CONSOLE_FIELDS.flatMap((field): Place[] => [
    (fixture, text) => fixture.consoleForm('/clients', { client_name: '', [field]: text }),
    (fixture, text, { id }) => fixture.consoleForm(`/clients/${id}/secrets`, { [field]: text }),
    (fixture, text, { id }) => fixture.consoleForm(`/clients/${id}/deletion`, { [field]: text }),
    (fixture, text, { id }) => fixture.consoleForm(`/clients/${id}/access`, { [field]: text }),
  ]),
  (fixture, text) => fixture.consoleForm('/clients', { form_token: text }),
  (fixture, text) => fixture.consoleForm('/sign-in', { token: text }),
  (fixture, text) => fixture.consoleForm('/sign-in', { token: 'x', x: text }),
  (fixture, text) => fixture.consoleForm('/sign-in', { token: 'x', kept: text }),
  (fixture, text) => fixture.consoleForm('/sign-in/form', { kept: text }),
  (fixture, text) => fixture.consoleForm('/find', { text }),
  (fixture, text) => fixture.consoleForm('/find', { text: `Bearer ${text}` }),
  (fixture, text) => fixture.consoleForm(`/clients/${text}/suspension`, {}),
]

const inPaths: Place[] = [
  ...queries(
    [
      '/{}',
      '/oauth/{}',
      '/.well-known/{}',
      '/health?x={}',
      '/.well-known/jwks.json?{}',
      '/admin/v1/{}',
      '/admin/v1/clients/{}',
      '/admin/v1/clients?q={}',
      '/admin/v1/clients?cursor={}',
      '/admin/v1/clients?sort={}',
      '/admin/v1/clients?status={}',
      '/admin/v1/audit-events?client_id={}',
      '/admin/v1/audit-events?action={}',
    ],
    (fixture) => fixture.bearer,
  ),
  ...queries(
    [
      '/console/{}',
      '/console/clients/{}',
      '/console/clients?cursor={}',
      '/console/clients?sort={}',
      '/console/clients?done={}',
      '/console/activity?cursor={}',
      '/console/clients/{id}?done={}',
      '/console/inspector?token={}',
      '/console/sign-in?error={}',
    ],
    (fixture) => fixture.session,
  ),
]

export const ODD_PLACES: Place[] = [
  ...inHeaders,
  ...asCredentials,
  ...inForms,
  ...inJson,
  ...inConsoleForms,
  ...inPaths,
]

/**
 * Places where a text comes back to its sender and to no one else: the name of an unknown field or
 * parameter, a search, a filter, a form as it was typed, where to go after signing in.
 */
export const ECHOES: Place[] = [
  (fixture, text) => fixture.json('POST', '/admin/v1/clients', { client_name: 'a', [text]: 'x' }),
  ...queries(['/admin/v1/clients?{}=1'], (fixture) => fixture.bearer),
  ...queries(
    [
      '/console/clients?q={}',
      '/console/activity?client_id={}',
      '/console/clients/{id}/preview?scope={}',
    ],
    (fixture) => fixture.session,
  ),
  ...queries(['/console/clients?x={}', '/console/sign-in?next=%2Fconsole%2F{}'], () => ({})),
  (fixture, text) => fixture.consoleForm('/clients', { client_name: '', expires_on: text }),
  (fixture, text, { id }) => fixture.consoleForm(`/clients/${id}/deletion`, { confirm: text }),
  (fixture, text) => fixture.consoleForm('/sign-in', { token: 'x', next: `/console/${text}` }),
]

export function oddRequest(fixture: CanaryFixture, random: Random, text: string, holder: Holder) {
  const isEcho = random.below(20) === 0
  const place = random.pick(isEcho ? ECHOES : ODD_PLACES)
  return { request: place(fixture, text, holder), isEcho }
}

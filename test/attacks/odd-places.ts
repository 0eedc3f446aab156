import type { Holder, House } from './canary-house.ts'
import type { Random } from './canaries.ts'

/** Puts a text into a request where it does not belong. */
type Place = (house: House, text: string, holder: Holder) => Request

const FORM = 'application/x-www-form-urlencoded'

const q = encodeURIComponent

function queries(paths: string[], headers: (house: House) => HeadersInit): Place[] {
  return paths.map(
    (path) => (house, text, holder) =>
      house.request('GET', path.replace('{}', q(text)).replace('{id}', holder.id), headers(house)),
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
      (house, text) =>
        house.request('GET', path, { ...house.bearer, [name]: text }),
  ),
)

const asCredentials: Place[] = [
  ...['Bearer {}', 'Basic {}', '{}', 'Bearer {} x', 'Digest username={}'].flatMap((scheme) =>
    HEADER_PATHS.map(
      (path): Place =>
        (house, text) =>
          house.request('GET', path, { Authorization: scheme.replace('{}', text) }),
    ),
  ),
  (house, text) =>
    house.request('GET', '/console/clients', { Cookie: `__Host-portcullis=${text}.${text}` }),
  (house, text) =>
    house.request('GET', '/console/clients', {
      Cookie: `${house.session.Cookie}; __Host-portcullis-flash=${text}.${text}`,
    }),
]

const OAUTH = ['/oauth/token', '/oauth/introspect', '/oauth/revoke']
const FIELDS = ['scope', 'resource', 'grant_type', 'client_id', 'token', 'x', 'client_assertion']

/** In a form of an OAuth endpoint, with and without credentials, as a value, a name, and twice. */
const inForms: Place[] = OAUTH.flatMap((path) => [
  ...FIELDS.flatMap((field): Place[] => [
    (house, text, holder) =>
      house.form(path, { ...house.grant, [field]: text }, house.basic(holder)),
    (house, text) => house.form(path, { ...house.grant, [field]: text }, {}),
    (house, text, holder) =>
      house.form(path, `${field}=${q(text)}&${field}=${q(text)}`, house.basic(holder)),
  ]),
  (house, text, holder) => house.form(path, { ...house.grant, [text]: 'x' }, house.basic(holder)),
  (house, text, holder) => house.form(`${path}?token=${q(text)}`, {}, house.basic(holder)),
  (house, text) => house.form(`${path}?client_secret=${q(text)}`, house.grant, {}),
  (house, text) =>
    house.form(path, JSON.stringify({ token: text }), { 'Content-Type': 'application/json' }),
  (house, text) =>
    house.form(path, `--${text}\r\n\r\n${text}`, {
      'Content-Type': `multipart/form-data; boundary=${text}`,
    }),
  (house, text) => house.form(path, { x: text }, { 'Content-Type': `${FORM}; charset=${text}` }),
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
    (house, text) => house.json('POST', '/admin/v1/clients', body(text)),
    (house, text, { id }) => house.json('PATCH', `/admin/v1/clients/${id}`, body(text)),
    (house, text, { id }) => house.json('PUT', `/admin/v1/clients/${id}/access`, body(text)),
    (house, text, { id }) => house.json('POST', `/admin/v1/clients/${id}/secrets`, body(text)),
    (house, text) => house.json('POST', '/admin/v1/administrators', body(text)),
  ]),
  (house, text) => house.raw('/admin/v1/clients', `{"client_name": ${text}`),
  (house, text) => house.raw('/admin/v1/clients', text, { 'Content-Type': text }),
  (house, text) => house.json('POST', '/admin/v1/administrators', { email: text, access: 'view' }),
  (house, text, { id }) => house.json('DELETE', `/admin/v1/clients/${id}/secrets/${text}`),
  (house, text) => house.json('DELETE', `/admin/v1/signing-keys/${text}`),
]

const CONSOLE_FIELDS = ['called', 'kept', 'version', 'roles', 'permission', 'x', 'suspended_at']

const inConsoleForms: Place[] = [
  ...CONSOLE_FIELDS.flatMap((field): Place[] => [
    (house, text) => house.consoleForm('/clients', { client_name: '', [field]: text }),
    (house, text, { id }) => house.consoleForm(`/clients/${id}/secrets`, { [field]: text }),
    (house, text, { id }) => house.consoleForm(`/clients/${id}/deletion`, { [field]: text }),
    (house, text, { id }) => house.consoleForm(`/clients/${id}/access`, { [field]: text }),
  ]),
  (house, text) => house.consoleForm('/clients', { form_token: text }),
  (house, text) => house.consoleForm('/sign-in', { token: text }),
  (house, text) => house.consoleForm('/sign-in', { token: 'x', x: text }),
  (house, text) => house.consoleForm('/sign-in', { token: 'x', kept: text }),
  (house, text) => house.consoleForm('/sign-in/form', { kept: text }),
  (house, text) => house.consoleForm('/inspector', { token: text }),
  (house, text) => house.consoleForm('/inspector', { token: `Bearer ${text}` }),
  (house, text) => house.consoleForm(`/clients/${text}/suspension`, {}),
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
    (house) => house.bearer,
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
    (house) => house.session,
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
  (house, text) => house.json('POST', '/admin/v1/clients', { client_name: 'a', [text]: 'x' }),
  ...queries(['/admin/v1/clients?{}=1'], (house) => house.bearer),
  ...queries(
    [
      '/console/clients?q={}',
      '/console/activity?client_id={}',
      '/console/clients/{id}/preview?scope={}',
    ],
    (house) => house.session,
  ),
  ...queries(['/console/clients?x={}', '/console/sign-in?next=%2Fconsole%2F{}'], () => ({})),
  (house, text) => house.consoleForm('/clients', { client_name: '', expires_on: text }),
  (house, text, { id }) => house.consoleForm(`/clients/${id}/deletion`, { confirm: text }),
  (house, text) => house.consoleForm('/sign-in', { token: 'x', next: `/console/${text}` }),
]

export function oddRequest(house: House, random: Random, text: string, holder: Holder) {
  const isEcho = random.below(20) === 0
  const place = random.pick(isEcho ? ECHOES : ODD_PLACES)
  return { request: place(house, text, holder), isEcho }
}

/**
 * The system under test for the canary: any server that accepts requests, with everything it leaves
 * behind.
 */
export type CanaryWorld = {
  issuer: string
  bootstrapToken: string
  clock: { now: number }
  /** Whether D1 and KV fail. */
  trouble: { isOn: boolean }
  send(request: Request): Promise<Response>
  cron(): Promise<void>
  /** Every cell of D1, every key and value of KV. */
  stored(): Promise<string[]>
  /** Every log line and mail, since it was last asked. */
  output(): string[]
}

/** A client with what it ever had. */
export type Holder = { id: string; secrets: string[]; tokens: string[]; isPowerful: boolean }

const FORM = 'application/x-www-form-urlencoded'
const API = 'https://api.example.com'

/** Ways to write requests to a world, and whom it holds. */
export async function canaryFixture(world: CanaryWorld) {
  const { issuer, bootstrapToken } = world
  const bearer = { Authorization: `Bearer ${bootstrapToken}` }
  const session = { Cookie: '' }
  let formToken = ''

  const request = (method: string, path: string, headers: HeadersInit, body?: string) => {
    const init = { method, headers: sendable(headers), redirect: 'manual' as const }
    return new Request(issuer + path, body === undefined ? init : { ...init, body })
  }
  const raw = (path: string, body: string, headers: HeadersInit = {}) =>
    request('POST', path, { 'Content-Type': 'application/json', ...bearer, ...headers }, body)
  const json = (method: string, path: string, body?: unknown) =>
    request(
      method,
      path,
      { ...bearer, 'Content-Type': 'application/json' },
      body === undefined ? undefined : JSON.stringify(body),
    )
  const form = (path: string, fields: Record<string, string> | string, headers: HeadersInit) =>
    request(
      'POST',
      path,
      { 'Content-Type': FORM, ...headers },
      typeof fields === 'string' ? fields : new URLSearchParams(fields).toString(),
    )
  const consoleForm = (path: string, fields: Record<string, string>) =>
    form(`/console${path}`, { form_token: formToken, ...fields }, { Origin: issuer, ...session })
  const basic = ({ id, secrets }: Holder, secret = secrets.at(-1) ?? '') => ({
    Authorization: `Basic ${btoa(`${id}:${secret}`)}`,
  })

  async function ok(sent: Request): Promise<Record<string, unknown>> {
    const response = await world.send(sent)
    if (response.status >= 400) throw new Error(`${sent.url}: ${response.status}`)
    return response.json()
  }

  const api = { audience: API, name: 'API', permissions: [{ permission: 'invoices:read' }] }
  await ok(json('POST', '/admin/v1/apis', api))
  for (const email of ['ada@example.com', 'grace@example.com']) {
    await ok(json('POST', '/admin/v1/administrators', { email, access: 'manage' }))
  }
  /** Anew too: a session ends after hours. */
  async function signIn(): Promise<void> {
    const signedIn = await world.send(consoleForm('/sign-in', { token: bootstrapToken }))
    session.Cookie = (signedIn.headers.get('set-cookie') ?? '').split(';')[0] ?? ''
    const page = await (await world.send(request('GET', '/console/clients', session))).text()
    formToken = /name="form_token" value="([^"]+)"/.exec(page)?.[1] ?? ''
    if (formToken === '') throw new Error('no session')
  }

  await signIn()
  return {
    world,
    grant: { grant_type: 'client_credentials' },
    holders: [] as Holder[],
    bearer,
    session,
    signIn,
    request,
    raw,
    json,
    form,
    consoleForm,
    basic,
  }
}

export type CanaryFixture = Awaited<ReturnType<typeof canaryFixture>>

/** The headers that can be sent. */
function sendable(headers: HeadersInit): Headers {
  const all = new Headers()
  for (const [name, value] of Object.entries(headers)) {
    if (/^[\x20-\x7e]*$/.test(String(value))) all.set(name, String(value))
  }
  return all
}

export const PERMISSION = { audience: API, permission: 'invoices:read' }

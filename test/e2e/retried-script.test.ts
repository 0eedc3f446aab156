import { afterAll, beforeAll, expect, it } from 'vitest'
import { BOOTSTRAP_TOKEN, type RunningWorker, runWorker } from '../support/node/harness.ts'

const API = 'https://api.example.com'
const RETRIES = 3
const PARALLEL = 10

type Json = Record<string, unknown>
type Call = { path: string; body: Json; action: string; showsSecret: boolean }

let worker: RunningWorker
beforeAll(async () => {
  worker = await runWorker()
  // The first keys: from here on a rotation makes one more.
  await worker.admin('POST', '/signing-keys')
})
afterAll(() => worker.close())

async function post({ path, body }: Call, key: string, bearer: string) {
  const response = await fetch(`${worker.issuer}/admin/v1${path}`, {
    method: 'POST',
    headers: {
      Authorization: `Bearer ${bearer}`,
      'Content-Type': 'application/json',
      'Idempotency-Key': `"${key}"`,
    },
    body: JSON.stringify(body),
  })
  const { status, headers } = response
  return { status, location: headers.get('location'), text: await response.text() }
}

/** Everything that the script creates, for a client that is there. */
const script = (name: string, client: string): Call[] => [
  made('/apis', 'api', { audience: `https://${name}.example.com`, name, permissions: [] }),
  made('/roles', 'role', { name, permissions: [] }),
  made('/administrators', 'administrator', { email: `${name}@example.com`, access: 'view' }),
  made('/signing-keys', 'signing_key', {}),
  made('/clients', 'client', { client_name: name }),
  made(`/clients/${client}/duplicates`, 'client', { client_name: `${name} copy` }),
  made(`/clients/${client}/secrets`, 'secret', {}),
]

function made(path: string, what: string, body: Json): Call {
  const showsSecret = what === 'client' || what === 'secret'
  return { path, body, action: `${what}.created`, showsSecret }
}

/** How many events tell of each action, and how many there are of each thing. */
async function census(client: string) {
  const lists = ['/clients', `/clients/${client}/secrets`, '/apis', '/roles', '/administrators']
  const counts: Record<string, number> = {}
  for (const path of [...lists, '/signing-keys']) {
    counts[path] = ((await worker.admin('GET', `${path}?limit=100`))['data'] as Json[]).length
  }
  for (const { action } of script('', client)) {
    const page = await worker.admin('GET', `/audit-events?limit=100&action=${action}`)
    counts[action] = (page['data'] as Json[]).length
  }
  return counts
}

/** The result of one run of the script: one of everything, and two clients. */
const oneOfEverything = (before: Record<string, number>) =>
  Object.fromEntries(
    Object.entries(before).map(([what, n]) => [
      what,
      n + (what === '/clients' || what === 'client.created' ? 2 : 1),
    ]),
  )

it('a script that retries each call three times with the same key ends with one of everything', async () => {
  const { id } = await worker.client(worker.issuer, 'clients:read')
  const before = await census(id)
  for (const [n, call] of script('nightly', id).entries()) {
    const answers = []
    for (let retry = 0; retry <= RETRIES; retry++) {
      answers.push(await post(call, `nightly-${n}`, BOOTSTRAP_TOKEN))
    }
    const again = call.showsSecret ? 409 : 201
    expect(answers.map(({ status }) => status)).toEqual([201, again, again, again])
    expect(new Set(answers.map(({ location }) => location)).size).toBe(1)
    expect(answers.filter(({ text }) => text.includes('"client_secret"'))).toHaveLength(
      call.showsSecret ? 1 : 0,
    )
  }
  expect(await census(id)).toEqual(oneOfEverything(before))
})

it('so does one that sends each call ten times at once', async () => {
  const { id } = await worker.client(worker.issuer, 'clients:read')
  const before = await census(id)
  for (const [n, call] of script('hasty', id).entries()) {
    const answers = await Promise.all(
      Array.from({ length: PARALLEL }, () => post(call, `hasty-${n}`, BOOTSTRAP_TOKEN)),
    )
    const statuses = answers.map(({ status }) => status).sort((a, b) => a - b)
    const again = call.showsSecret ? 409 : 201
    expect(statuses).toEqual([201, ...Array.from({ length: PARALLEL - 1 }, () => again)])
    expect(new Set(answers.map(({ location }) => location)).size).toBe(1)
    expect(answers.filter(({ text }) => text.includes('"client_secret"'))).toHaveLength(
      call.showsSecret ? 1 : 0,
    )
  }
  // The key that the script before promoted still waits for its time: it is the answer.
  const asBefore = ['/signing-keys', 'signing_key.created'].map((what) => [what, before[what]])
  const grown = { ...oneOfEverything(before), ...Object.fromEntries(asBefore) }
  expect(await census(id)).toEqual(grown)
})

it('a second administrator with the same keys ends with one of everything as well', async () => {
  const machine = await worker.client(worker.issuer, 'clients:manage')
  const response = await fetch(`${worker.issuer}/oauth/token`, {
    method: 'POST',
    headers: { Authorization: `Basic ${btoa(`${machine.id}:${machine.secret}`)}` },
    body: new URLSearchParams({ grant_type: 'client_credentials' }),
  })
  const { access_token: bearer } = (await response.json()) as Json
  await worker.admin('POST', '/apis', { audience: API, name: API, permissions: [] })
  const { id } = await worker.client(API, 'tokens:introspect')
  // No machine makes administrators and signing keys.
  const isForPersons = ({ path }: Call) => path === '/administrators' || path === '/signing-keys'
  const calls = [...script('second', id).entries()].filter(([, call]) => !isForPersons(call))
  const before = await census(id)
  for (const [n, call] of calls) {
    for (let retry = 0; retry <= RETRIES; retry++) await post(call, `nightly-${n}`, String(bearer))
  }
  const grown = oneOfEverything(before)
  const persons = [
    '/administrators',
    '/signing-keys',
    'administrator.created',
    'signing_key.created',
  ]
  for (const what of persons) grown[what] = before[what] ?? 0
  expect(await census(id)).toEqual(grown)
})

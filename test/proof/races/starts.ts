import { DAY, isoTime } from '../../../src/domain/time.ts'
import { makeClientKey } from '../../support/client-keys.ts'
import { tokenOf } from './operations.ts'
import { visitorBy } from '../visitor.ts'
import { FIRST_KEY, type Rulers, type Signer, type Start, type Starts } from './pair.ts'
import { API, type Client, ISSUER, type Json, KEY, ok, type Isolate } from './isolate.ts'
import { NOW, type World } from './world.ts'

export const RECIPIENTS = ['ada@example.com', 'bob@example.com']

/** The states in which a race may begin, each made by real requests long before it. */
export async function makeStarts(world: World): Promise<Starts> {
  let isolate = world.isolate('setup', 0)
  const made = await setUp(isolate)
  const active = { ...made, stored: world.stored(), state: world.stateOf(made.client.id) }
  const path = `/clients/${made.client.id}`

  /** The stored state after this was done on top. */
  async function on(work: () => Promise<unknown>): Promise<Start> {
    await world.restore(active.stored, { limitsWrites: false, isWarm: true, minutes: 0 })
    world.clock.now -= 1800
    isolate = world.isolate('setup', 0)
    await work()
    world.isKvDown = false
    return { ...active, stored: world.stored(), state: world.stateOf(made.client.id) }
  }

  const suspended = await on(() => ok(isolate.admin('PUT', `${path}/suspension`)))
  const unpublished = await on(() => {
    world.isKvDown = true
    return ok(isolate.admin('PUT', `${path}/suspension`))
  })
  const cap = await on(async () => {
    for (let more = 0; more < 3; more++) await ok(isolate.admin('POST', `${path}/secrets`, {}))
  })
  // Two secrets to remind two administrators of, and an entry to write.
  const due = await on(async () => {
    for (const email of RECIPIENTS) {
      await ok(isolate.admin('POST', '/administrators', { email, access: 'manage' }))
    }
    const secret = { expires_on: isoTime(NOW + 5 * DAY).slice(0, 10) }
    for (const client_name of ['Payroll', 'Ledger']) {
      await newClient(isolate, [], { client_name, secret })
    }
    world.isKvDown = true
    return ok(isolate.admin('PUT', `${path}/suspension`))
  })
  let rulers: Rulers | undefined
  const ruled = await on(async () => {
    await ok(isolate.admin('PATCH', path, { allow_self_rotation: true }))
    rulers = { machine: await newMachine(isolate), person: await newPerson(isolate, world) }
  })
  let signer: Signer | undefined
  const keyed = await on(async () => {
    signer = await newKey(isolate, path, () => world.clock.now)
  })
  return {
    active,
    keyed: { ...keyed, ...(signer && { signer }) },
    suspended,
    unpublished,
    cap,
    due,
    ruled: { ...ruled, ...(rulers && { rulers }) },
  }
}

async function newKey(isolate: Isolate, path: string, now: () => number): Promise<Signer> {
  const key = await makeClientKey()
  const jwk = { ...key.jwk, kid: FIRST_KEY }
  const made = await ok(isolate.admin('POST', `${path}/keys`, { jwk }))
  return { key, keyId: String(made['key_id']), now }
}

async function newMachine(isolate: Isolate): Promise<Rulers['machine']> {
  const permissions = ['clients:manage', 'audit:read'].map((permission) => ({
    audience: ISSUER,
    permission,
  }))
  const machine = await newClient(isolate, [], { client_name: 'Deployment', permissions })
  return { ...machine, token: tokenOf(await ok(isolate.token(machine))) }
}

async function newPerson(isolate: Isolate, world: World): Promise<Rulers['person']> {
  const email = 'ada@example.com'
  const made = await ok(isolate.admin('POST', '/administrators', { email, access: 'manage' }))
  const administratorId = String(made['administrator_id'])
  const at = world.clock.now
  const signedIn = { administratorId, email, at, until: at + DAY }
  const { visitor, sql } = await visitorBy(KEY, signedIn)
  world.sqlite.rows(sql)
  return visitor
}

async function setUp(isolate: Isolate) {
  const scopes = ['invoices:read', 'invoices:write']
  const permissions = scopes.map((permission) => ({ permission }))
  await ok(isolate.admin('POST', '/apis', { audience: API, name: 'Invoices', permissions }))
  const caller = await newClient(isolate, ['tokens:introspect'])
  const client = await newClient(isolate, scopes)
  const tokens: Start['tokens'] = [tokenOf(await ok(isolate.token(client)))]
  await ok(isolate.cron())
  await ok(isolate.introspect(tokens[0].text, caller))
  return { client, caller, tokens }
}

async function newClient(
  isolate: Isolate,
  scopes: string[],
  fields: Json = {},
): Promise<Client & { secretId: string }> {
  const permissions = scopes.map((permission) => ({ audience: API, permission }))
  const body = { client_name: 'Nightly billing export', permissions, ...fields }
  const made = await ok(isolate.admin('POST', '/clients', body))
  const [{ secret_id: secretId }] = made['secrets']
  return { id: String(made['client_id']), secret: String(made['client_secret']), secretId }
}

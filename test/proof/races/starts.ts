import { DAY, isoTime } from '../../../src/domain/time.ts'
import { tokenOf } from './operations.ts'
import { visitorBy } from '../visitor.ts'
import type { Rulers, Start, Starts } from './pair.ts'
import { API, type Client, ISSUER, type Json, KEY, ok, type Party } from './party.ts'
import { NOW, type World } from './world.ts'

export const RECIPIENTS = ['ada@example.com', 'bob@example.com']

/** The states in which a race may begin, each made by real requests long before it. */
export async function makeStarts(world: World): Promise<Starts> {
  let party = world.party('setup', 0)
  const made = await setUp(party)
  const active = { ...made, stored: world.stored(), state: world.stateOf(made.client.id) }
  const path = `/clients/${made.client.id}`

  /** The stored state after this was done on top. */
  async function on(work: () => Promise<unknown>): Promise<Start> {
    await world.restore(active.stored, { limitsWrites: false, isWarm: true, minutes: 0 })
    world.clock.now -= 1800
    party = world.party('setup', 0)
    await work()
    world.isKvDown = false
    return { ...active, stored: world.stored(), state: world.stateOf(made.client.id) }
  }

  const suspended = await on(() => ok(party.admin('PUT', `${path}/suspension`)))
  const untold = await on(() => {
    world.isKvDown = true
    return ok(party.admin('PUT', `${path}/suspension`))
  })
  const cap = await on(async () => {
    for (let more = 0; more < 3; more++) await ok(party.admin('POST', `${path}/secrets`, {}))
  })
  // Two secrets to remind two administrators of, and an entry to write.
  const due = await on(async () => {
    for (const email of RECIPIENTS) {
      await ok(party.admin('POST', '/administrators', { email, access: 'manage' }))
    }
    const secret = { expires_on: isoTime(NOW + 5 * DAY).slice(0, 10) }
    for (const client_name of ['Payroll', 'Ledger']) {
      await newClient(party, [], { client_name, secret })
    }
    world.isKvDown = true
    return ok(party.admin('PUT', `${path}/suspension`))
  })
  let rulers: Rulers | undefined
  const ruled = await on(async () => {
    await ok(party.admin('PATCH', path, { allow_self_rotation: true }))
    rulers = { machine: await newMachine(party), person: await newPerson(party, world) }
  })
  return { active, suspended, untold, cap, due, ruled: { ...ruled, ...(rulers && { rulers }) } }
}

async function newMachine(party: Party): Promise<Rulers['machine']> {
  const permissions = ['clients:manage', 'audit:read'].map((permission) => ({
    audience: ISSUER,
    permission,
  }))
  const machine = await newClient(party, [], { client_name: 'Deployment', permissions })
  return { ...machine, token: tokenOf(await ok(party.token(machine))) }
}

async function newPerson(party: Party, world: World): Promise<Rulers['person']> {
  const email = 'ada@example.com'
  const made = await ok(party.admin('POST', '/administrators', { email, access: 'manage' }))
  const administratorId = String(made['administrator_id'])
  const at = world.clock.now
  const signedIn = { administratorId, email, at, until: at + DAY }
  const { visitor, sql } = await visitorBy(KEY, signedIn)
  world.sqlite.rows(sql)
  return visitor
}

async function setUp(party: Party) {
  const scopes = ['invoices:read', 'invoices:write']
  const permissions = scopes.map((permission) => ({ permission }))
  await ok(party.admin('POST', '/apis', { audience: API, name: 'Invoices', permissions }))
  const caller = await newClient(party, ['tokens:introspect'])
  const client = await newClient(party, scopes)
  const tokens: Start['tokens'] = [tokenOf(await ok(party.token(client)))]
  await ok(party.cron())
  await ok(party.introspect(tokens[0].text, caller))
  return { client, caller, tokens }
}

async function newClient(
  party: Party,
  scopes: string[],
  fields: Json = {},
): Promise<Client & { secretId: string }> {
  const permissions = scopes.map((permission) => ({ audience: API, permission }))
  const body = { client_name: 'Nightly billing export', permissions, ...fields }
  const made = await ok(party.admin('POST', '/clients', body))
  const [{ secret_id: secretId }] = made['secrets']
  return { id: String(made['client_id']), secret: String(made['client_secret']), secretId }
}

import { freshly, useOfAssertion } from './assertions.ts'
import type { State } from './expected.ts'
import { LEASE_MS } from './gate-world.ts'
import { expectInvalid } from './lists.ts'
import { entries, followRunbook, restored, versionsIn } from './rewind.ts'
import { pick, placeOf, require, requireFacts, type Run } from './run.ts'
import {
  admin,
  ask,
  BOOTSTRAP_TOKEN,
  type Credentials,
  cron,
  form,
  type Location,
  LOCATIONS,
} from './world.ts'

export type Drill = {
  kind: 'drill'
  at: number
  client: number
  what: 'suspend' | 'delete' | 'revoke all'
  age: number
  /** By the runbook; otherwise the server is not told. */
  announced: boolean
  /** The first run of the cron does not get as far as the denylist. */
  fails: boolean
}

const MINUTE = 61
const MINUTES_MAX = 12
const REQUESTS = {
  suspend: ['PUT', '/suspension'],
  delete: ['DELETE', ''],
  'revoke all': ['DELETE', '/tokens'],
} as const

/** A client is cut off, and D1 is taken back to a moment before: what was cut off is dead from then on. */
export async function drill(run: Run, step: Drill): Promise<void> {
  const { world, state } = run
  world.faults.heal()
  for (const location of world.at) location.skew = 0
  // KV shows what is there, and takes another write.
  for (const pause of [MINUTE, 2]) {
    world.clock.now += pause
    await cron(world.oracle)
  }
  const client = pick(
    state.clients.filter(({ suspended }) => !suspended),
    step.client,
  )
  if (!client) return
  world.clock.now += 2
  const snapshot = { of: world.sqlite.snapshot(), state: structuredClone(state) }
  const [method, path] = REQUESTS[step.what]
  const place = placeOf(run, step.at)
  const { status, text } = await admin(world, place, method, `/clients/${client.id}${path}`)
  require(8, status < 300, () => `${status} ${text}`)
  world.clock.now += step.age
  if (step.age > MINUTE) await cron(world.oracle)
  if (step.announced) await followRunbook(run, snapshot)
  else await goUnannounced(run, step, snapshot, client.id)
  run.snapshots = []
  await expectDead(run, client.id, run.state)
}

async function goUnannounced(
  run: Run,
  step: Drill,
  snapshot: Parameters<typeof followRunbook>[1],
  cutOff: string,
): Promise<void> {
  const { world } = run
  const known = entries(run)
  if (world.gates) await askGates(run, cutOff)
  world.sqlite.rewind(snapshot.of)
  const versions = versionsIn(run)
  if (world.gates) await requireRemembered(run, cutOff)
  // Values that a location read before are no longer shown there.
  world.clock.now += MINUTE
  if (world.gates) await askGates(run, cutOff)
  await firstRun(run, step)
  // A gate may have read what D1 had forgotten, before the server shut itself: that ends with the lease.
  if (world.gates) world.clock.now += LEASE_MS / 1000
  await expectDead(run, cutOff, snapshot.state)
  for (let minutes = 0; await isShut(run); minutes++) {
    require(22, minutes < MINUTES_MAX, () => 'the server does not open')
    world.clock.now += MINUTE
    require(13, await cron(world.oracle), () => 'the cron fails where nothing does')
    await expectDead(run, cutOff, snapshot.state)
  }
  const accepted = await admin(world, world.oracle, 'POST', '/audit-events/verification')
  require(22, accepted.status === 200, () => `accepting says ${accepted.status} ${accepted.text}`)
  restored(run, snapshot.state, known, versions)
  requireFacts(run, 22, 'after a restore that nobody announced')
}

/** So that they remember what D1 says of the client now. */
async function askGates({ world, tokens }: Run, id: string): Promise<boolean> {
  const token = tokens.findLast(({ clientId }) => clientId === id)
  if (!token) return false
  const { server, env } = world.oracle
  return (await server.introspect(token.text, env).catch(() => null))?.active === true
}

/** A gate that was asked a moment before the restore knows what D1 has forgotten. */
async function requireRemembered(run: Run, id: string): Promise<void> {
  const isActive = await askGates(run, id)
  require(22, !isActive, () => 'a token lives that a gate remembers to be cut off')
}

/** It reads the anchors, and then, where it fails, no list. */
async function firstRun(run: Run, { at, fails }: Drill): Promise<void> {
  const { faults } = run.world
  if (fails) faults.next({ site: 'kv read', nth: 1, mode: 'throws' })
  await cron(placeOf(run, at))
  faults.next(null)
}

async function isShut({ world }: Run): Promise<boolean> {
  const headers = { Authorization: `Bearer ${BOOTSTRAP_TOKEN}` }
  const { body } = await ask(world, world.oracle, '/health', { method: 'GET', headers })
  return body['shut'] === true
}

/** Nothing of the client is active at any location, and nothing is issued to it. */
async function expectDead(run: Run, id: string, state: State): Promise<void> {
  const { world, tokens, observer } = run
  for (let n = 0; n < LOCATIONS; n++) {
    const at = world.at[n] as Location
    const ofClient = tokens.filter(({ clientId }) => clientId === id).slice(-2)
    await expectInvalid(run, at, ofClient)
    for (const token of ofClient) {
      const said = await form(world, at, '/oauth/introspect', { token: token.text }, observer)
      require(22, said.body['active'] !== true, () => 'a token lives that was cut off')
    }
  }
  const one = run.credentials.findLast(({ clientId }) => clientId === id)
  if (one) await expectNothing(run, {}, { id, secret: one.text })
  const key = run.held.findLast(({ clientId }) => clientId === id)
  if (!key) return
  const made = await freshly(run, world.oracle, key)
  const use = useOfAssertion(state, made, world.clock.now)
  if (use) state.used.push(use)
  await expectNothing(run, made.fields, null)
}

async function expectNothing(
  { world }: Run,
  proof: Record<string, string>,
  by: Credentials | null,
): Promise<void> {
  const fields = { grant_type: 'client_credentials', ...proof }
  const answer = await form(world, world.oracle, '/oauth/token', fields, by)
  require(22, answer.status !== 200, () => 'a client gets a token that was cut off')
}

import type { DenylistEntry } from '../../../src/domain/denylist.ts'
import { clientIn } from './expected.ts'
import { factsOfD1 } from './facts.ts'
import { pick, require, requireFacts, type Run } from './run.ts'
import { admin, cron, type Location, locationOf, oracleOf } from './world.ts'
import type { Snapshot } from '../../doubles/node/sqlite-d1.ts'

export type Rewind = {
  kind: 'rewind'
  snapshot: number
  /** How long after the last change it is restored. */
  age: number
}

/** D1 is taken back as docs/operations.md says: closed, restored, compared, accepted, opened. */
export async function rewind(run: Run, { snapshot: n, age }: Rewind): Promise<void> {
  const snapshot = pick(run.snapshots, n)
  if (!snapshot) return
  const { world } = run
  world.faults.heal()
  for (const location of world.at) location.skew = 0
  world.clock.now += age
  if (age > MINUTE) await cron(world.oracle)
  await followRunbook(run, snapshot)
  run.snapshots = []
}

const MINUTE = 61
const MINUTES_MAX = 12

/** From the closing on: D1 as it was then, and what the denylist knows better is held. */
export async function followRunbook(
  run: Run,
  snapshot: { of: Snapshot; state: Run['state'] },
): Promise<void> {
  const { world, make } = run
  const known = entries(run)
  world.sqlite.rewind(snapshot.of)
  const versions = versionsIn(run)
  await close(run)
  const closed = oracleOf(make, world, true)
  for (let minutes = 0; !(await isAccepted(run, closed)); minutes++) {
    require(22, minutes < MINUTES_MAX, () => 'the log cannot be accepted')
    world.clock.now += MINUTE
    require(13, await cron(closed), () => 'the cron fails where nothing does')
  }
  restored(run, snapshot.state, known, versions)
  requireFacts(run, 22, 'after the runbook was followed')
}

async function isAccepted({ world }: Run, closed: Location): Promise<boolean> {
  const { status, text } = await admin(world, closed, 'POST', '/audit-events/verification')
  require(22, status === 200 || status === 409, () => `accepting says ${status} ${text}`)
  return status === 200
}

/** The model goes on from what D1 was, and from what KV knew better. */
export function restored(
  run: Run,
  then: Run['state'],
  known: Map<string, DenylistEntry>,
  versions: Map<string, number>,
): void {
  restoreModel(run, then, known, versions)
  run.state.events = factsOfD1(run.world).events
  run.rewinds += 1
}

/** The denylist's knowledge of each client. */
export function entries({ world, state, credentials }: Run): Map<string, DenylistEntry> {
  const ids = [...state.clients.map(({ id }) => id), ...credentials.map((c) => c.clientId)]
  return new Map(
    ids.flatMap((id) => {
      const text = world.kv[0]?.stored(`client:${id}`)
      return text ? [[id, JSON.parse(text) as DenylistEntry]] : []
    }),
  )
}

export function versionsIn({ world }: Run): Map<string, number> {
  const rows = world.sqlite.rows<{ id: string; version: number }>(
    'SELECT client_id AS id, denylist_version AS version FROM portcullis_clients',
  )
  return new Map(rows.map(({ id, version }) => [id, version]))
}

/** Closed, nothing is issued or active; then every location begins anew. */
async function close(run: Run): Promise<void> {
  const { world, make } = run
  for (const n of world.at.keys()) {
    const closed = locationOf(make, world, n)
    closed.env.CLOSED = 'true'
    const token = run.tokens.at(-1)?.text ?? 'none'
    const answer = await closed.server.introspect(token, closed.env).catch(() => null)
    require(22, answer?.active !== true, () => 'a token is active while the server is closed')
    world.at[n] = locationOf(make, world, n)
  }
}

/** The earlier state, and what the denylist knows better: those clients are quarantined. */
function restoreModel(
  run: Run,
  then: Run['state'],
  known: Map<string, DenylistEntry>,
  versions: Map<string, number>,
): void {
  run.state = structuredClone(then)
  const { state, world } = run
  const kids = world.sqlite.rows<{ kid: string }>('SELECT kid FROM portcullis_signing_keys')
  state.lostKeys = run.tokens
    .map(({ kid }) => kid)
    .filter((kid) => !kids.some((one) => one.kid === kid))
  const ids = new Set(run.credentials.map(({ clientId }) => clientId))
  state.lostClients = [...ids].filter((id) => !clientIn(state, id) && !known.get(id)?.suspended)
  for (const [id, entry] of known) {
    const client = clientIn(state, id)
    if (!client || entry.version <= (versions.get(id) ?? Infinity)) continue
    client.suspended = true
    client.generation = Math.max(client.generation, entry.generation)
    state.revoked = [...new Set([...state.revoked, ...entry.revoked])]
  }
}

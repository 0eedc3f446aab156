import type { DenylistEntry } from '../../../src/domain/denylist.ts'
import { clientIn } from './expected.ts'
import { factsOfD1 } from './facts.ts'
import { pick, require, requireFacts, type Run } from './run.ts'
import { admin, cron, locationOf } from './world.ts'

/** D1 is taken back as docs/operations.md says: closed, restored, held, opened. */
export async function rewind(run: Run, n: number): Promise<void> {
  const snapshot = pick(run.snapshots, n)
  if (!snapshot) return
  const { world } = run
  world.faults.heal()
  for (const location of world.at) location.skew = 0
  world.clock.now += 601
  await cron(world.oracle)
  const known = entries(run)
  world.sqlite.rewind(snapshot.of)
  const versions = versionsIn(run)
  await close(run)
  for (let minute = 0; minute < 4; minute++) {
    world.clock.now += 61
    await cron(world.oracle)
  }
  restoreModel(run, snapshot.state, known, versions)
  await admin(world, world.oracle, 'POST', '/audit-events/verification')
  run.state.events = factsOfD1(world).events
  run.snapshots = []
  run.rewinds += 1
  requireFacts(run, 10, 'after it was taken back')
}

/** What the denylist knew of each client. */
function entries({ world, state, credentials }: Run): Map<string, DenylistEntry> {
  const ids = [...state.clients.map(({ id }) => id), ...credentials.map((c) => c.clientId)]
  return new Map(
    ids.flatMap((id) => {
      const text = world.kv[0]?.stored(`client:${id}`)
      return text ? [[id, JSON.parse(text) as DenylistEntry]] : []
    }),
  )
}

function versionsIn({ world }: Run): Map<string, number> {
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
    closed.env.closed = true
    const token = run.tokens.at(-1)?.text ?? 'none'
    const answer = await closed.server.introspect(token, closed.env).catch(() => null)
    require(10, answer?.active !== true, () => 'a token is active while the server is closed')
    world.at[n] = locationOf(make, world, n)
  }
}

/** What was, and what the denylist knows better: that is held. */
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

import { clientIn } from './expected.ts'
import { pick, require, requireFacts, type Run } from './run.ts'
import { cron } from './world.ts'

export type Garble = { kind: 'garble'; client: number; value: keyof typeof VALUES }

const BEYOND = Number.MAX_SAFE_INTEGER
const ENTRY = { suspended: false, revoked: [] as string[] }

/** Values that somebody may write to KV by hand, for a client with this version in D1. */
const VALUES = {
  'no JSON': () => ({ text: 'false alarm', metadata: undefined }),
  'a version beyond': () => written({ ...ENTRY, version: BEYOND, generation: 0 }),
  'a generation beyond': (version: number) =>
    written({ ...ENTRY, version: version + 5, generation: BEYOND }),
}

function written(entry: { version: number; generation: number } & typeof ENTRY) {
  const { revoked, ...rest } = entry
  return { text: JSON.stringify(entry), metadata: { ...rest, revoked: revoked.length } }
}

/**
 * An untrusted entry quarantines its client with D1's own numbers, within ten minutes, and five
 * more if the last pass began by a clock that is ahead.
 */
export async function garble(run: Run, { client: n, value }: Garble): Promise<void> {
  const { world, state } = run
  world.faults.heal()
  const one = pick(state.clients, n)
  if (!one) return
  world.clock.now += 1
  const version = versionOf(run, one.id)
  const { text, metadata } = VALUES[value](version)
  await world.kv[0]?.put(`client:${one.id}`, text, { metadata })
  for (const pause of [901, 61, 61]) {
    world.clock.now += pause
    require(13, await cron(world.oracle), () => 'the cron fails where nothing does')
  }
  const held = clientIn(state, one.id)
  if (held) held.suspended = true
  requireFacts(run, 10, `after KV said ${value}`)
  const after = versionOf(run, one.id)
  require(10, after <= version + 7, () => `D1 counts to ${after} from ${version}`)
}

function versionOf({ world }: Run, id: string): number {
  const [row] = world.sqlite.rows<{ version: number }>(
    `SELECT denylist_version AS version FROM portcullis_clients WHERE client_id = '${id}'`,
  )
  return row?.version ?? 0
}

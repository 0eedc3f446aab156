import type { GateBinding } from '../../../src/storage/gates/gate-binding.ts'
import { faultyD1, faultyKv } from '../../doubles/faults.ts'
import {
  admin,
  cron,
  type Location,
  type Make,
  makeWorld,
  must,
  type World,
} from '../model/world.ts'

const DAY = 86_400
const MINUTES = 16
/** No more than are told one by one. */
const UNREADABLE = 45
const NUMBERS = 'WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < ?1)'
const COLUMNS = `client_id, name, name_key, description, search_text, created_at, created_by,
  updated_at, version, generation, access_token_lifetime, denylist_version, suspended_at`

/** The most operations of one run, and how many gates were told by all of them. */
export type Most = { operations: number; told: number }

/** Runs the cron while there is more to do than one run can, up to the first that goes beyond a limit. */
export async function mostOperations(make: Make, limit: number): Promise<Most> {
  const world = makeWorld(make)
  const seen = { operations: 0, told: 0 }
  const at = countedLocation(world, seen)
  await fill(world)
  if (world.gates) await fillWithUnreadable(world)
  let most = 0
  for (let minute = 0; minute < MINUTES && most <= limit; minute++) {
    world.clock.now += 60
    seen.operations = 0
    await cron(at)
    most = Math.max(most, seen.operations)
  }
  return { operations: most, told: seen.told }
}

/** Counts at the bindings, each statement of a batch. */
function countedLocation(world: World, seen: Most): Location {
  const { server, env, skew } = world.oracle
  const { EMAIL } = env
  if (!EMAIL) throw new Error('a world without a mail binding')
  const plan = ({ texts }: { texts: string[] }) => {
    seen.operations += texts.length
    return null
  }
  const send = (mail: never) => {
    seen.operations += 1
    return EMAIL.send(mail)
  }
  const [DB, DENYLIST] = [faultyD1(env.DB, plan), faultyKv(env.DENYLIST, plan)]
  const gates = world.gates && { GATES: countedGates(world.gates.binding, seen) as never }
  return { server, skew, env: { ...env, DB, DENYLIST, EMAIL: { send }, ...gates } }
}

function countedGates(binding: GateBinding, seen: Most): GateBinding {
  return {
    idFromName: binding.idFromName,
    get(id) {
      const gate = binding.get(id)
      return {
        ...gate,
        async invalidate() {
          seen.operations += 1
          seen.told += 1
          await gate.invalidate()
        },
      }
    },
  }
}

/** Entries that are due, secrets that end, lists that are old, and many to remind of it. */
async function fill(world: World): Promise<void> {
  for (let n = 0; n < 4; n++) {
    const body = { email: `manager-${n}@example.com`, access: 'manage' }
    await must(admin(world, world.oracle, 'POST', '/administrators', body))
  }
  await fillClients(world, 'due', 150, world.clock.now)
  await fillClients(world, 'ending', 14_000, null)
  await run(
    world,
    `INSERT INTO portcullis_denylist_outbox (client_id, version) ${NUMBERS}
     SELECT 'due_' || n, 1 FROM c`,
    150,
  )
  await run(
    world,
    `INSERT INTO portcullis_secrets (secret_id, client_id, key_id, digest, pepper_version, hint,
     created_at, expires_at, remind) ${NUMBERS} SELECT 'ending_' || n, 'ending_' || n,
     'ending_' || n, '', '1', 'abcd', ?2, ?2 + 5 * ${DAY} + n, 1 FROM c`,
    2000,
    world.clock.now,
  )
}

/** Unreadable entries, so that a run quarantines their clients. */
async function fillWithUnreadable(world: World): Promise<void> {
  await run(
    world,
    `INSERT INTO portcullis_denylist_outbox (client_id, version, unsettled_until) ${NUMBERS}
     SELECT 'ending_' || n, 1, -1 FROM c`,
    UNREADABLE,
  )
  for (let n = 1; n <= UNREADABLE; n++) await world.kv[0]?.put(`client:ending_${n}`, 'unreadable')
}

async function fillClients(
  world: World,
  name: string,
  many: number,
  suspendedAt: number | null,
): Promise<void> {
  await run(
    world,
    `INSERT INTO portcullis_clients (${COLUMNS}) ${NUMBERS} SELECT ?2 || '_' || n, ?2 || n, '',
     '', '', ?3, 'bootstrap', ?3, 1, 0, 43200, ?4 IS NOT NULL, ?4 FROM c`,
    many,
    name,
    world.clock.now,
    suspendedAt,
  )
}

async function run({ sqlite }: World, text: string, ...values: unknown[]): Promise<void> {
  await sqlite.d1
    .prepare(text)
    .bind(...values)
    .run()
}

import type { Answer, Isolate } from '../races/isolate.ts'
import { changesOf, type Change, nextChange } from './changes.ts'
import { isActive, mayGetTokens, Possible, type State } from './possible.ts'
import { type Random, randomOf } from './random.ts'
import { type GatesWorld, LOCATIONS } from './world.ts'
import { weatherOf, type Storm } from './weather.ts'

/** The length of a history, and the time after which gates know of a change that no one told them of. */
const LENGTH = 100_000
const LEASE_AND_SLACK = 33_000

export type Seen = { requests: number; changes: number; faults: number }

type Run = {
  world: GatesWorld
  random: Random
  possible: Possible
  storm: Storm
  until: number
  problems: string[]
  seen: Seen
}

/** One history: changes one after the other, questions at three places meanwhile, and faults. */
export async function history(world: GatesWorld, seed: number): Promise<Run['problems'] & Seen> {
  world.begin()
  const random = randomOf(seed)
  const storm = weatherOf(random)
  world.setWeather(storm.weather)
  const possible = new Possible()
  const seen = { requests: 0, changes: 0, faults: 0 }
  const until = world.time.now + LENGTH
  const run: Run = { world, random, possible, storm, until, problems: [], seen }
  const places = Array.from({ length: LOCATIONS }, (_, at) => ask(run, at))
  await world.time.until(Promise.all([change(run), restarts(run), ...places]))
  return Object.assign(run.problems, { ...seen, faults: storm.faults() })
}

async function restarts({ world, random, until }: Run): Promise<void> {
  while (world.time.now < until) {
    await world.time.sleep(random.between(5_000, 60_000))
    world.objects.restart(random.oneOf([world.subject.client.id, world.caller.id]))
  }
}

async function change(run: Run): Promise<void> {
  const { world, random, possible, until } = run
  const changes = changesOf(world.subject)
  let failed: Change | null = null
  while (world.time.now < until) {
    await world.time.sleep(random.between(500, 20_000))
    // A caller without an answer asks again, or finds out later what is true.
    const again: Change | null = random.chance(0.6) ? failed : null
    const next: Change = again ?? nextChange(changes, random, possible.now)
    failed = (await make(run, next)) ? null : next
    // A gate that was not told would answer wrongly now.
    const places = Array.from({ length: LOCATIONS }, (_, at) => question(run, at))
    await Promise.all(places)
    if (failed && random.chance(0.4)) {
      await world.time.sleep(LEASE_AND_SLACK)
      possible.set(world.time.now, [truth(world)])
    }
  }
}

/** Whether it was acknowledged. */
async function make(run: Run, { ask, after }: Change): Promise<boolean> {
  const { world, random, possible, storm, seen } = run
  seen.changes += 1
  // So that a gate is often reading when the change is committed.
  const asked = random.chance(0.6) ? askedOfNewGate(run) : null
  const before = possible.now
  possible.set(world.time.now, [...before, ...before.map(after)])
  const place = LOCATIONS + Number(random.chance(0.5))
  storm.begin(place)
  const { answer, behind } = await ask(world.isolates[place] as Isolate)
  const acknowledgedAt = world.time.now
  await Promise.all([behind, asked])
  storm.end()
  if (answer.status < 300) possible.set(acknowledgedAt, before.map(after))
  else if (answer.status === 404) possible.set(acknowledgedAt, [truth(world)])
  // Refused: whichever was true before, it is still.
  else if (answer.status < 500) possible.set(acknowledgedAt, before)
  return answer.status < 500
}

async function askedOfNewGate(run: Run): Promise<void> {
  const { world, random } = run
  world.objects.restart(world.subject.client.id)
  await question(run, 0)
  if (random.chance(0.5)) await question(run, 1)
}

/** The state as D1 has it. */
function truth({ sqlite, subject }: GatesWorld): State {
  const { client, jti, roleId } = subject
  const count = (from: string) => sqlite.rows(`SELECT 1 FROM portcullis_${from}`).length > 0
  return {
    suspended: count(`clients WHERE client_id = '${client.id}' AND suspended_at IS NOT NULL`),
    deleted: !count(`clients WHERE client_id = '${client.id}'`),
    revoked: count(`revoked_tokens WHERE jti = '${jti}'`),
    permitted: count(`role_permissions WHERE role_id = '${roleId}'`),
  }
}

async function ask(run: Run, place: number): Promise<void> {
  const { world, random, until } = run
  const asked: Promise<void>[] = []
  while (world.time.now < until) {
    await world.time.sleep(random.between(100, 5_000))
    asked.push(question(run, place))
    if (random.chance(0.5)) asked.push(question(run, place))
  }
  await Promise.all(asked)
}

async function question({ world, random, possible, problems, seen }: Run, place: number) {
  seen.requests += 1
  const { time, subject, caller } = world
  const isolate = world.isolates[place] as Isolate
  const from = time.now
  const isToken = random.chance(0.3)
  const { answer } = await (isToken
    ? isolate.token(subject.client)
    : isolate.introspect(subject.token, caller))
  if (answer.status >= 500) return
  const said = isToken ? answer.status === 200 : saidOf(answer)
  const mayBe = possible.during(from, time.now)
  const isRight = mayBe.some((state) =>
    isToken ? !said || mayGetTokens(state) : isActive(state) === said,
  )
  if (isRight) return
  const what = isToken ? 'a token was issued' : `a token was active: ${said}`
  problems.push(`${what} at ${from}, where it may be ${JSON.stringify(mayBe)}`)
}

/** A caller that cannot be looked up is told that, and no token is active then. */
function saidOf({ body }: Answer): boolean {
  return body['active'] === true
}

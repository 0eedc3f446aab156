import type { Isolate } from '../races/isolate.ts'
import { type Change, changesOf } from './changes.ts'
import type { GatesModule } from './gates-double.ts'
import { AT_FIRST, isActive } from './possible.ts'
import { type GatesWorld, LOCATIONS, type Weather } from './world.ts'

// Cases that chance alone seldom brings about. Each answers with the violation that it found, or null.

const LEASE = 30_000

type Scenario = (world: GatesWorld, module: GatesModule) => Promise<string | null>

/** A committer dies behind its commit, and the same is asked for again elsewhere while gates remember. */
const repeated =
  (choose: (changes: ReturnType<typeof changesOf>) => Change): Scenario =>
  async (world) => {
    world.begin()
    const { time, subject, isolates } = world
    const change = choose(changesOf(subject))
    world.setWeather(dyingAt(LOCATIONS))
    const run = async () => {
      await isActiveAt(world, 0)
      void change.ask(isolates[LOCATIONS] as Isolate).catch(() => {})
      await time.sleep(5_000)
      const { answer } = await change.ask(isolates[LOCATIONS + 1] as Isolate)
      const isGone = answer.status === 404
      const isDone = answer.status < 300 || answer.status === 303
      if (!isDone && !isGone) return `${change.name} answered ${answer.status}`
      const said = await isActiveAt(world, 1)
      return said === isActive(change.after(AT_FIRST)) ? null : `${change.name}: active is ${said}`
    }
    return time.until(run())
  }

/** The first write of this place is committed, and nothing that it asks is answered from then on. */
function dyingAt(place: number): Weather {
  let isDead = false
  return {
    d1Delay: () => 1,
    d1Fault(isWrite, who) {
      if (who !== `worker ${place}`) return null
      if (isDead) return 'hangs'
      isDead = isWrite
      return null
    },
    rateOf: () => 1,
    network: (at) => ({ fault: () => (isDead && at === place ? 'hangs' : null), delay: () => 1 }),
  }
}

async function isActiveAt({ isolates, subject, caller }: GatesWorld, place: number) {
  const { answer } = await (isolates[place] as Isolate).introspect(subject.token, caller)
  return answer.body['active'] === true
}

/** One gate whose reads the scenario answers. */
function heldReads({ HeldFacts }: GatesModule) {
  const clock = { now: 0 }
  const answers: ((facts: number) => void)[] = []
  const read = () => new Promise<number>((resolve) => void answers.push(resolve))
  return { clock, answers, gate: new HeldFacts<number>(read, () => clock.now) }
}

const lateRead: Scenario = async (_, module) => {
  const { clock, answers, gate } = heldReads(module)
  const first = gate.facts(LEASE)
  clock.now = LEASE - 1
  answers[0]?.(1)
  await first
  clock.now = LEASE + 1
  void gate.facts(LEASE)
  return answers.length === 2 ? null : 'what was read longer ago than the lease is answered'
}

const invalidatedRead: Scenario = async (_, module) => {
  const { answers, gate } = heldReads(module)
  const first = gate.facts(LEASE)
  gate.invalidate()
  void gate.facts(LEASE)
  if (answers.length !== 2) return 'a read that began before an invalidation is shared'
  answers[0]?.(1)
  await first
  void gate.facts(LEASE)
  return answers.length === 2 ? null : 'a read is made anew for each question'
}

const staleKept: Scenario = async (_, module) => {
  const { answers, gate } = heldReads(module)
  const first = gate.facts(LEASE)
  gate.invalidate()
  answers[0]?.(1)
  await first
  void gate.facts(LEASE)
  return answers.length === 2 ? null : 'a read that began before an invalidation is kept'
}

export const SCENARIOS: Record<string, Scenario> = {
  'a late read': lateRead,
  'a read under way': invalidatedRead,
  'a read that an invalidation overtook': staleKept,
  'a repeated suspension': repeated((changes) => changes.suspend),
  'a repeated deletion': repeated((changes) => changes.delete),
  'a repeated revocation': repeated((changes) => changes.revoke),
  'a form of the console that is sent again': repeated((changes) => changes.form),
  'a repeated change of a role': repeated((changes) => changes.take),
}

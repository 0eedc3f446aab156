import { introspect, issue, type Operation, tokenOf } from './operations.ts'
import { type Done, hasOrder } from './orders.ts'
import { outcomeProblems } from './outcome.ts'
import { actorOf, type Interleaving, type Pair, type Start, type Starts } from './pair.ts'
import { Actors, type ActorScheduler } from './scheduler.ts'
import { ok } from './isolate.ts'
import { LOCATIONS, type World } from './world.ts'

/** Longer than a claim of the outbox holds, and than a turn. */
const SLOW = 31

/** How the requests were ordered and answered in the end, and what was not as it must be. */
export type Outcome = { seen: string; problems: string[] }

/** Runs one interleaving. */
export async function outcomeOf(
  scheduler: ActorScheduler,
  world: World,
  { pair, starts }: { pair: Pair; starts: Starts },
  how: Interleaving,
): Promise<Outcome> {
  const start = starts[how.start]
  await world.restore(start.stored, how)
  if (world.hasGates && how.isWarm) await warm(world, start)
  world.watch(start.client.id)
  const before = world.lastEvent()
  const done = await play(scheduler, world, pair.operations(start), start, how)
  const final = world.stateOf(start.client.id)
  const isolates = Array.from({ length: LOCATIONS }, (_, at) => world.isolate('observer', at))
  const events = world.events(before).filter((one) => !one.endsWith(' system'))
  const problems = done
    .filter(({ answer }) => answer.status >= 500)
    .map(({ operation, answer }) => `${operation.name} answered ${answer.status}`)
  const { hasGates } = world
  if (!hasOrder({ initial: start.state, done, events, final, hasGates })) {
    problems.push(`no order of ${described(done)} has ${events.join(', ')} and ends so`)
  }
  const seen = [how.start, ...done.map(shortly), ...events, ...world.senders].join(', ')
  const run = { world, start, done, final, isolates }
  problems.push(...(await outcomeProblems(run, before, how)), ...((await pair.after?.(run)) ?? []))
  return { seen, problems }
}

/** Gates remember what was true before the race. */
async function warm(world: World, { tokens, caller, client, rulers }: Start): Promise<void> {
  const isolate = world.isolate('observer', 0)
  const asked = [tokens[0].text, ...(rulers ? [rulers.machine.token.text] : [])]
  for (const text of asked) await ok(isolate.introspect(text, caller))
  await (await isolate.token(client)).behind
}

/** All requests with what follows at once on their answers. */
async function play(
  scheduler: ActorScheduler,
  world: World,
  operations: Operation[],
  start: Start,
  how: Interleaving,
): Promise<Done[]> {
  const [actors, done] = [new Actors(), [] as Done[]]
  let requests = 0

  async function ask(operation: Operation, actor: string, location: number): Promise<void> {
    const requestId = (++requests).toString(16).padStart(16, '0')
    const isolate = world.isolate(actor, location)
    const from = scheduler.tick()
    const { answer, behind } = await operation.run(isolate, requestId)
    const one = { operation, requestId, from, to: scheduler.tick(), answer }
    done.push(one)
    for (const next of following(one, start)) {
      actors.add(ask(next, `${next.name} after ${actor}`, LOCATIONS - 1))
    }
    await behind
  }

  operations.forEach((operation, index) => {
    const actor = actorOf(operation, index)
    const location = how.isOneLocation ? 0 : index % LOCATIONS
    actors.add(scheduler.point(actor, 'begins').then(() => ask(operation, actor, location)))
  })
  await scheduler.play(how.scheduler, how.hold, actors, () => {
    world.clock.now += SLOW
  })
  return done
}

/**
 * Operations that start elsewhere at the very moment of an answer: by then it must hold everywhere.
 */
function following({ operation, answer }: Done, { client, caller, tokens }: Start): Operation[] {
  if (answer.status >= 400) return []
  if (operation.next) return operation.next()
  if ('access_token' in answer.body) return [introspect(tokenOf(answer.body), caller)]
  return CHANGES.has(operation.name) ? [introspect(tokens[0], caller), issue(client)] : []
}

const CHANGES = new Set([
  'suspend',
  'resume',
  'delete',
  'change access',
  'change access and tokens',
])

const shortly = ({ operation, answer: { status, body } }: Done) =>
  `${operation.name} ${status}${'active' in body ? ` ${String(body['active'])}` : ''}`

const described = (done: Done[]) =>
  done.map((one) => `${shortly(one)} [${one.from} to ${one.to}]`).join(', ')

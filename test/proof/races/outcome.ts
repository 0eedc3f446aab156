import { saysTrue, type Token, tokenOf } from './operations.ts'
import type { Interleaving, Run } from './pair.ts'
import { ok } from './isolate.ts'
import { LOCATIONS, type World } from './world.ts'

const MINUTE = 61

/** The violations when a race is over, and a minute of the cron later. */
export async function outcomeProblems(
  run: Run,
  lastEvent: number,
  { hold }: Interleaving,
): Promise<string[]> {
  const { world } = run
  const problems = [...(await introspectionProblems(run)), ...world.versionProblems()]
  problems.push(...rightProblems(run, lastEvent))
  // A writer that lost its claim may undo another's write for a while: INV-9 speaks of it.
  if (!hold?.isSlow) problems.push(...orderProblems(run))
  problems.push(...(await convergenceProblems(run)), ...(await auditProblems(run, lastEvent)))
  return problems
}

export function tokensOf({ start, done }: Pick<Run, 'start' | 'done'>): Token[] {
  const issued = done.filter(({ answer }) => 'access_token' in answer.body)
  return [...start.tokens, ...issued.map(({ answer }) => tokenOf(answer.body))]
}

/** Every location says of every token what D1 says: also of those that came out during the race. */
async function introspectionProblems(run: Run): Promise<string[]> {
  const problems: string[] = []
  // A dead token is asked about everywhere; a live one at one place.
  const isDead = run.final.isSuspended || run.final.isDeleted
  for (const token of tokensOf(run)) {
    for (const [at, isolate] of run.isolates.slice(0, isDead ? LOCATIONS : 1).entries()) {
      const body = await ok(isolate.introspect(token.text, run.start.caller))
      if (!saysTrue(body, token, run.final)) {
        problems.push(`location ${at}: ${JSON.stringify(body)} in ${JSON.stringify(run.final)}`)
      }
    }
  }
  return problems
}

/** INV-16: the log has nothing of a principal who lost the right to it at an earlier place. */
function rightProblems({ world, done }: Run, lastEvent: number): string[] {
  const log = world.log(lastEvent)
  return done.flatMap(({ operation: { name, takesFrom }, requestId }) => {
    const lostAt = log.findLast((event) => event.requestId === requestId)?.seq
    if (takesFrom === undefined || lostAt === undefined) return []
    const late = log.filter(({ seq, actorId }) => seq > lostAt && actorId === takesFrom)
    return late.map(({ action }) => `${action} by whom ${name} took the right to it`)
  })
}

/** KV took no older entry after a newer one. */
function orderProblems({ world: { puts } }: Run): string[] {
  return puts.flatMap(({ key, version }, at) => {
    const later = puts.slice(at + 1).find((put) => put.key === key && put.version < version)
    return later ? [`${key}: version ${later.version} was written over ${version}`] : []
  })
}

/** INV-9: a minute and one cron later each location shows what D1 says. */
async function convergenceProblems({ world, start, final, isolates }: Run): Promise<string[]> {
  world.clock.now += MINUTE
  const [isolate] = isolates
  if (isolate) await ok(isolate.cron())
  world.clock.now += MINUTE
  const problems: string[] = []
  for (const { id } of [start.client, ...(start.rulers ? [start.rulers.machine] : [])]) {
    problems.push(...(await entryProblems(world, id)))
  }
  const now = JSON.stringify(world.stateOf(start.client.id))
  if (now !== JSON.stringify(final)) problems.push(`the cron left ${now}`)
  return problems
}

async function entryProblems(world: World, id: string): Promise<string[]> {
  const said = JSON.stringify(world.entryByD1(id))
  const problems: string[] = []
  for (let location = 0; location < LOCATIONS; location++) {
    const shown = JSON.stringify(await world.entry(id, location))
    if (shown !== said) problems.push(`location ${location} shows ${shown}, and D1 says ${said}`)
  }
  return problems
}

/** INV-14: the log is whole, and the server itself did nothing but what it may. */
async function auditProblems({ world, isolates }: Run, lastEvent: number): Promise<string[]> {
  const [isolate] = isolates
  const verdict = isolate && (await ok(isolate.admin('GET', '/audit-events/verification')))
  const own = world.events(lastEvent).filter((one) => one.endsWith(' system'))
  const odd = own.filter((one) => !one.startsWith('reminder.sent'))
  return [
    ...(verdict?.['intact'] && verdict['complete'] ? [] : [JSON.stringify(verdict)]),
    ...odd.map((one) => `of itself: ${one}`),
  ]
}

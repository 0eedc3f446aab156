import type { Change, Operation, Question, Subject } from './subjects.ts'
import type { Order, Trace } from './order.ts'
import type { Answer, World } from './world.ts'

/** Violations that were found: a pair has none of them. */
export type Found = { tokens: string[]; active: string[]; acks: string[] }

export type Happened = { subject: Subject; order: Order; answer: Answer; trace: Trace }

/** The outcome of a pair in the words of the matrix, and its violations. */
export async function judge(
  w: World,
  operation: Operation,
  happened: Happened,
): Promise<Found & { actual: string }> {
  const found: Found = { tokens: [], active: [], acks: [] }
  await judgeAnswer(w, happened, found)
  const outcome =
    operation.kind === 'question'
      ? judgeQuestion(operation, happened, found)
      : await judgeChange(w, operation, happened, found)
  return { ...found, actual: `${happened.answer.status} ${outcome}` }
}

/**
 * D1 must have answered, in this very request, everything that a token or `active: true` depends
 * on.
 */
export async function judgeAnswer(w: World, { subject, answer, trace }: Happened, found: Found) {
  const { status, body, json } = answer
  if (body.includes('"access_token"')) {
    const stood = ['d1: credential', 'd1: signing keys', 'key: unwrap']
    const missing = stood.filter((site) => !trace.answered.includes(site))
    if (status !== 200 || missing.length > 0) found.tokens.push(`without ${missing.join(', ')}`)
    if (!subject.live) found.tokens.push('of a client that is cut off')
    if (!(await w.isActive(String(json['access_token'])))) found.tokens.push('that is not active')
  }
  if (/"active":\s*true/.test(body)) {
    const isConfirmed = trace.answered.includes('d1: credential and token')
    if (status !== 200 || !isConfirmed) found.active.push('that D1 did not confirm')
    if (!subject.live) found.active.push('of a token that is not')
  }
  if (status >= 400 && /"client_secret":|"kty"/.test(body)) found.acks.push('a secret in a refusal')
}

function judgeQuestion(operation: Question, happened: Happened, found: Found): string {
  const { answer, trace, subject } = happened
  const outcome = operation.outcome(answer, trace)
  if (outcome === 'shown' && !subject.live) found.active.push('at the admin API')
  return outcome
}

type State = { done: number[]; logged: number[] }

async function stateOf(w: World, { facts, key }: Change, { subject, order }: Happened) {
  const state: State = { done: [], logged: [] }
  for (const { done, logged } of facts) {
    const [row] = await w.rows(
      `SELECT (${done}) AS done, (SELECT count(*) FROM portcullis_audit_events
        WHERE request_id = ?2 AND action = ?3) AS logged`,
      key(subject, order),
      order.id,
      logged,
    )
    state.done.push(Number(row?.['done']))
    state.logged.push(Number(row?.['logged']))
  }
  return state
}

/** 2xx: all new, with its event; 4xx: all old; 5xx: one of them, and asking again makes it new. */
async function judgeChange(w: World, change: Change, happened: Happened, found: Found) {
  const { answer } = happened
  const before = await stateOf(w, change, happened)
  const isNew = before.done[0] === 1
  const say = (what: string) => found.acks.push(`${what}: ${JSON.stringify({ answer, before })}`)
  if (String(before.done) !== String(before.logged)) say('the change and its events differ')
  if (before.done.some((n) => n !== Number(isNew))) say('half a change')
  // A form of the console leads to a page where it was done.
  const isAck = answer.status >= 200 && answer.status < 400
  if (isAck && !isNew) say('acknowledged, and not made')
  if (answer.status >= 400 && answer.status < 500 && isNew) say('refused, and made')
  await judgeToken(w, change, happened, isNew, found)
  if (answer.json['propagation'] === 'complete') await judgeEdge(w, happened, found)
  if (!isAck) await judgeRetry(w, change, happened, isNew, found)
  return isNew ? 'new' : 'old'
}

async function judgeToken(
  w: World,
  { active }: Change,
  { subject }: Happened,
  isNew: boolean,
  found: Found,
) {
  if (!active) return
  const is = await w.isActive(subject.client.token)
  if (is === (isNew ? active.after : active.before)) return
  ;(is ? found.active : found.acks).push(`the token is ${is ? '' : 'not '}active afterwards`)
}

/** `propagation` is complete where KV says so, whose writes show at once here. */
async function judgeEdge(w: World, { subject, answer }: Happened, found: Found) {
  const isSuspended = answer.json['suspended_at'] !== null
  const entry = await w.entry(subject.client.id)
  if (entry?.includes(`"suspended":${!isSuspended}`)) found.acks.push('the edge was not updated')
}

/** A caller without an answer asks again, and gets what was asked for. */
async function judgeRetry(
  w: World,
  change: Change,
  happened: Happened,
  wasNew: boolean,
  found: Found,
) {
  const { subject, order } = happened
  const again = await change.act(w, subject, { id: order.id })
  const isSaid = again.status < 400 || (wasNew && [404, 409].includes(again.status))
  const { done, logged } = await stateOf(w, change, happened)
  const expected = wasNew ? change.again : 1
  if (isSaid && done[0] === expected && logged[0] === expected) return
  found.acks.push(
    `again: ${again.status}, ${done[0]} made and ${logged[0]} logged, not ${expected}`,
  )
}

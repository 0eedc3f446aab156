import { isoTime } from '../../domain/time.ts'
import type { Admin } from '../admin.ts'
import { noAcknowledgement } from '../answers.ts'
import type { BulkBody } from '../api-types.ts'
import { EXIT, type ExitCode, Failure } from '../failure.ts'
import { findByNameLikeId, findClientId, labelOf } from '../find-client.ts'
import { isInDoubt } from '../in-doubt.ts'
import { note, print, printJson } from '../terminal.ts'

/** The most clients that one request changes. */
const AT_ONCE = 500

/**
 * A change of many clients: its name in the API, the words for a client after it, and the field that
 * says so in JSON beside `ok`.
 */
export type Change = {
  action: string
  reason?: string | undefined
  /** Further fields of the request. */
  fields?: object
  done: string
  flag?: string
  /** Whether each result says when it was acknowledged, and how soon. */
  isTimed?: boolean
}

type Named = { named: string; id: string | null; failure?: Failure }
type Result = BulkBody['results'][number] & Partial<Acknowledgement>
/** `failure`: of the look-up, or of the request: only the latter may have changed anything. */
type Outcome = {
  named: string
  client_id: string | null
  result?: Result
  failure?: Failure
  isInDoubt: boolean
}

/**
 * Changes many clients, by one commit of the server for each 500, and prints what became of each.
 * One that is not found or refused does not stop the others. JSON has a result for each, whatever
 * failed.
 */
export async function changeMany(
  opening: Promise<Admin>,
  names: string[],
  change: Change,
  json: boolean,
): Promise<ExitCode> {
  if (!json) await opening
  const all: Named[] = []
  for (const named of names) all.push(await find(opening, named))
  const results = new Map<string, Result>()
  const failures = new Map<string, Failure>()
  const sendFor = async (some: Named[]) => {
    const ids = [...new Set(some.flatMap(({ id }) => id ?? []))]
    for (let at = 0; at < ids.length; at += AT_ONCE) {
      const portion = ids.slice(at, at + AT_ONCE)
      try {
        for (const result of await send(await opening, portion, change))
          results.set(result.client_id, result)
      } catch (failure) {
        if (!(failure instanceof Failure)) throw failure
        for (const id of portion) failures.set(id, failure)
      }
    }
  }
  await sendFor(all)
  await sendFor(await foundByName(opening, all, results))
  const outcomes = all.map(({ named, id, failure }): Outcome => {
    const [result, sent] = [results.get(id ?? ''), failures.get(id ?? '')]
    const failed = failure ?? sent
    const outcome = { named, client_id: id, isInDoubt: sent !== undefined && isInDoubt(sent) }
    return { ...outcome, ...(result && { result }), ...(failed && { failure: failed }) }
  })
  if (json) printJson(outcomes.map((outcome) => asJson(outcome, change)))
  else for (const outcome of outcomes) say(outcome, change.done)
  return exitCodeOf(outcomes)
}

async function find(opening: Promise<Admin>, named: string): Promise<Named> {
  try {
    return { named, id: await findClientId(await opening, named) }
  } catch (failure) {
    if (!(failure instanceof Failure)) throw failure
    return { named, id: null, failure }
  }
}

/** Those that were named like an id that no client has, with the ids of the clients that are called so. */
async function foundByName(
  opening: Promise<Admin>,
  all: Named[],
  results: Map<string, Result>,
): Promise<Named[]> {
  const found: Named[] = []
  for (const one of all) {
    if (codeIn(results.get(one.id ?? '')) !== 'not_found') continue
    const id = await findByNameLikeId(await opening, one.named)
    if (id !== null) found.push(Object.assign(one, { id }))
  }
  return found
}

export type Acknowledgement = { acknowledged_at: string; acknowledged_in_ms: number }

/** Now, for a request that was made when `performance.now()` was `from`. */
export function acknowledgedNow(from: number): Acknowledgement {
  return {
    acknowledged_at: isoTime(Math.floor(Date.now() / 1000)),
    acknowledged_in_ms: Math.round(performance.now() - from),
  }
}

/** The key keeps a second attempt, after a lost answer, from changing anything twice. */
async function send(admin: Admin, ids: string[], change: Change): Promise<Result[]> {
  const { action, reason, fields, isTimed } = change
  const from = performance.now()
  const body = { action, client_ids: ids, ...(reason !== undefined && { reason }), ...fields }
  const { results } = (await admin.post('/clients/bulk', body, 'by key')).body as BulkBody
  const isOurs = ({ client_id: id, ok }: Result, i: number) =>
    id === ids[i] && typeof ok === 'boolean'
  if (results.length !== ids.length || !results.every(isOurs)) throw noAcknowledgement()
  return results.map((one) => (isTimed && one.ok ? { ...one, ...acknowledgedNow(from) } : one))
}

/** `ok`: null if the request was sent and no answer says what became of it. */
function asJson(
  { named, client_id, result, failure, isInDoubt }: Outcome,
  { flag }: Change,
): object {
  const ok = result ? result.ok : isInDoubt ? null : false
  const said = flag === undefined ? {} : { [flag]: ok }
  if (result) return { named, ...result, ...said }
  return { named, client_id, ok, ...said, error: { detail: failure?.message } }
}

function say({ named, result, failure, isInDoubt }: Outcome, done: string): void {
  if (result?.ok) {
    const state = result.changed ? done : `${done} before`
    const pending = result.propagation === 'pending' ? '; propagation pending' : ''
    return print({ text: state, colour: 'green' }, `${pending}: ${labelIn(result)}`)
  }
  const label = result ? labelIn(result) : named
  const why = result?.error?.detail ?? failure?.message ?? ''
  const verdict = isInDoubt
    ? `NOT ACKNOWLEDGED, treat it as not ${done.toLowerCase()} and try again`
    : `NOT ${done.toLowerCase()}`
  note({ text: verdict, colour: 'red' }, `: ${label}\n${why}`)
}

function labelIn({ client_id, client_name }: Result): string {
  return client_name === null ? client_id : labelOf({ client_id, client_name })
}

function exitCodeOf(outcomes: Outcome[]): ExitCode {
  const failure = outcomes.find((outcome) => outcome.failure)?.failure
  if (failure) return failure.exitCode
  const refused = outcomes.find(({ result }) => result?.ok === false)?.result
  if (!refused) return EXIT.ok
  return EXIT_CODES[codeIn(refused) ?? ''] ?? EXIT.failed
}

/** Why it was refused, as the API says it to programs. */
function codeIn(result: Result | undefined): string | undefined {
  return /^urn:portcullis:problem:(\w+)$/.exec(result?.error?.type ?? '')?.[1]
}

/** As one request for one client would end. */
const EXIT_CODES: Record<string, ExitCode> = { not_found: EXIT.notFound, forbidden: EXIT.denied }

import { setTimeout as sleep } from 'node:timers/promises'
import { withoutForbiddenCharacters } from '../domain/text.ts'
import { EXIT, type ExitCode, Failure } from './failure.ts'
import { note } from './terminal.ts'

export type Ask = {
  url: string
  method?: string
  headers?: Record<string, string>
  body?: string | URLSearchParams
}

/** `tried`: how many times it was asked. The effect of an earlier try is unknown. */
export type Answer = { status: number; headers: Headers; body: unknown; tried: number }

/** How often, and until how many milliseconds after the first try, to ask again. */
export type RetryOptions = { tries: number; within: number }

export const RETRY: RetryOptions = { tries: 3, within: 15_000 }

const ANSWER_WITHIN = 10_000
const PAUSE = 250
const LONGEST_PAUSE = 5000

/**
 * Asks, and asks again after no answer or a 502, 503 or 504. Only requests that are safe to repeat
 * come here: reads, token requests, changes that end the same when made twice, and those with an
 * idempotency key.
 */
export async function ask(request: Ask, options: RetryOptions = RETRY): Promise<Answer> {
  const end = Date.now() + options.within
  let mayHaveArrived = false
  for (let tried = 1; ; tried++) {
    const outcome = await tryOnce(request)
    mayHaveArrived ||= outcome.mayHaveArrived
    const pause = outcome.retry?.pause ?? PAUSE * 2 ** (tried - 1)
    const mayRetry = outcome.retry && tried < options.tries && Date.now() + pause < end
    if (!mayRetry) return outcome.result(tried, mayHaveArrived)
    note(`${outcome.retry?.why} Trying again (${tried + 1} of ${options.tries})...`)
    await sleep(pause)
  }
}

type Outcome = {
  /** Whether the server may have had the request. */
  mayHaveArrived: boolean
  /** The last try's result, in the light of all of them. */
  result: (tried: number, mayHaveArrived: boolean) => Answer
  retry?: { why: string; pause: number | undefined }
}

async function tryOnce(request: Ask): Promise<Outcome> {
  try {
    const answer = await send(request)
    const result = (tried: number) => checked({ ...answer, tried })
    if (answer.status < 502 || answer.status > 504) return { mayHaveArrived: true, result }
    const pause = pauseAskedFor(answer.headers)
    return { mayHaveArrived: true, result, retry: { why: reasonIn(answer), pause } }
  } catch (error) {
    const why = whyUnreached(error, request.url)
    const result = (_tried: number, mayHaveArrived: boolean) => {
      throw new Unanswered(why, mayHaveArrived)
    }
    return { mayHaveArrived: hasLeft(error), result, retry: { why, pause: undefined } }
  }
}

/** Never follows a redirect: it would carry a secret or a token to somebody else. */
async function send({ url, ...init }: Ask): Promise<Omit<Answer, 'tried'>> {
  const signal = AbortSignal.timeout(ANSWER_WITHIN)
  const response = await fetch(url, { ...init, redirect: 'manual', signal })
  return { status: response.status, headers: response.headers, body: parse(await response.text()) }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    if (error instanceof SyntaxError) return null
    throw error
  }
}

/** fetch says `TypeError: fetch failed`, and why in its cause; a timeout is a DOMException. */
function whyUnreached(error: unknown, url: string): string {
  const { origin } = new URL(url)
  if (error instanceof DOMException && error.name === 'TimeoutError') {
    return `${origin} did not answer within ${ANSWER_WITHIN / 1000} seconds.`
  }
  if (!(error instanceof TypeError && error.cause instanceof Error)) throw error
  const { cause } = error
  const code = 'code' in cause ? String(cause.code) : cause.message
  return `${origin} cannot be reached (${code}).`
}

/** Errors that occur only before there is a connection: nothing was sent. */
const UNCONNECTED = new Set(['EAI_AGAIN', 'ENOTFOUND', 'ECONNREFUSED', 'UND_ERR_CONNECT_TIMEOUT'])

function hasLeft(error: unknown): boolean {
  const cause = error instanceof TypeError ? error.cause : undefined
  return !(cause instanceof Error && 'code' in cause && UNCONNECTED.has(String(cause.code)))
}

/** `mayHaveArrived`: a try may have done what it asked for, and its answer was lost. */
export class Unanswered extends Failure {
  readonly mayHaveArrived: boolean

  constructor(message: string, mayHaveArrived: boolean) {
    super(EXIT.unreachable, message)
    this.mayHaveArrived = mayHaveArrived
  }
}

function pauseAskedFor(headers: Headers): number | undefined {
  const seconds = headers.get('retry-after') ?? ''
  return /^\d+$/.test(seconds) ? Math.min(Number(seconds) * 1000, LONGEST_PAUSE) : undefined
}

function checked(answer: Answer): Answer {
  if (answer.status >= 200 && answer.status < 300) return answer
  throw new Refused(answer)
}

/** A failure in the server's words: RFC 9457 of the admin API, RFC 6749 §5.2 of the rest. */
export class Refused extends Failure {
  readonly answer: Answer

  constructor(answer: Answer) {
    super(exitCodeOf(answer.status), reasonIn(answer))
    this.answer = answer
  }
}

const EXIT_CODES: Record<number, ExitCode> = {
  401: EXIT.denied,
  403: EXIT.denied,
  404: EXIT.notFound,
  502: EXIT.unreachable,
  503: EXIT.unreachable,
  504: EXIT.unreachable,
}

function exitCodeOf(status: number): ExitCode {
  return EXIT_CODES[status] ?? EXIT.failed
}

function reasonIn({ status, body, headers }: Omit<Answer, 'tried'>): string {
  const { title, detail, errors, error, error_description: description } = fieldsOf(body)
  const said = detail ?? title ?? description ?? error
  const words = typeof said === 'string' ? said : 'No reason was given.'
  const fields = Array.isArray(errors) ? errors.map(fieldsOf) : []
  const lines = fields.map((field) => `  ${String(field['field'])}: ${String(field['detail'])}`)
  const wait =
    status === 429 ? [`  Try again in ${headers.get('retry-after') ?? 'some'} seconds.`] : []
  return [`${status}: ${words}`, ...lines, ...wait].map(withoutForbiddenCharacters).join('\n')
}

/** An unexpected success comes from something else: a wrong URL, the page of a portal. */
export function strangeAnswer(url: string): Failure {
  return new Failure(EXIT.failed, `${url} does not answer as Portcullis does. Is the URL right?`)
}

export function fieldsOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
}

import { setTimeout as sleep } from 'node:timers/promises'
import { GATE_LEASE_MOST } from '../domain/gate-options.ts'
import { withoutForbiddenCharacters } from '../domain/text.ts'
import type { ClientCertificate } from './certificates/certificate-text.ts'
import { fetchWith } from './certificates/fetch.ts'
import { EXIT, type ExitCode, Failure } from './failure.ts'
import { note } from './terminal.ts'

export type ApiRequest = {
  url: string
  method?: string
  /** A function makes them, or the body, anew for each attempt. */
  headers?: Record<string, string> | (() => Record<string, string>)
  body?: string | URLSearchParams | (() => URLSearchParams)
  /** Presented in the TLS handshake. */
  certificate?: ClientCertificate
  /** Whether the server may wait with its answer until no gate remembers what was before. */
  mayWait?: boolean
}

/** `attempts`: how many times the request was sent. The effect of an earlier one is unknown. */
export type Answer = { status: number; headers: Headers; body: unknown; attempts: number }

/** No attempt begins later than `giveUpAfterMs` after the first. */
export type RetryOptions = { maxAttempts: number; giveUpAfterMs: number }

const RETRY: RetryOptions = { maxAttempts: 3, giveUpAfterMs: 15_000 }

const TIMEOUT_MS = 10_000
/** A lease, and what a server takes at most besides: it waits for its database, and for a gate. */
const WAITING_TIMEOUT_MS = GATE_LEASE_MOST * 1000 + 15_000
const DELAY_MS = 250
const MAX_DELAY_MS = 5000

/**
 * Sends a request, and again after no answer or a 502, 503 or 504. All of them are safe to repeat:
 * reads, token requests, changes that end the same when made twice, and those with an idempotency
 * key.
 */
export async function request(sent: ApiRequest, options: RetryOptions = RETRY): Promise<Answer> {
  const end = Date.now() + options.giveUpAfterMs
  let mayHaveArrived = false
  for (let attempts = 1; ; attempts++) {
    const outcome = await attempt(sent)
    mayHaveArrived ||= outcome.mayHaveArrived
    const delay = outcome.retry?.delay ?? DELAY_MS * 2 ** (attempts - 1)
    const mayRetry = outcome.retry && attempts < options.maxAttempts && Date.now() + delay < end
    if (!mayRetry) return outcome.result(attempts, mayHaveArrived)
    note(`${outcome.retry?.why} Trying again (${attempts + 1} of ${options.maxAttempts})...`)
    await sleep(delay)
  }
}

type Outcome = {
  /** Whether the server may have had the request. */
  mayHaveArrived: boolean
  /** The result of the last attempt; an earlier one may have arrived too. */
  result: (attempts: number, mayHaveArrived: boolean) => Answer
  retry?: { why: string; delay: number | undefined }
}

async function attempt(sent: ApiRequest): Promise<Outcome> {
  try {
    const answer = await saidToWait(sent, () => send(sent))
    const result = (attempts: number) => requireSuccess({ ...answer, attempts })
    if (answer.status < 502 || answer.status > 504) return { mayHaveArrived: true, result }
    const delay = delayAskedFor(answer.headers)
    return { mayHaveArrived: true, result, retry: { why: reasonIn(answer), delay } }
  } catch (error) {
    const why = describeNetworkError(error, sent)
    const result = (_attempts: number, mayHaveArrived: boolean) => {
      throw new Unanswered(why, mayHaveArrived)
    }
    return { mayHaveArrived: mayHaveBeenSent(error), result, retry: { why, delay: undefined } }
  }
}

/** Never follows a redirect: it would carry a secret or a token to another server. */
async function send(request: ApiRequest): Promise<Omit<Answer, 'attempts'>> {
  const { url, body: given, headers, certificate, mayWait: _, ...init } = request
  const signal = AbortSignal.timeout(timeoutOf(request))
  const body = typeof given === 'function' ? given() : given
  const fetchIt = certificate ? fetchWith(certificate) : fetch
  const sent = {
    ...init,
    headers: (typeof headers === 'function' ? headers() : headers) ?? {},
    ...(body !== undefined && { body }),
  }
  const response = await fetchIt(url, { ...sent, redirect: 'manual', signal })
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

function timeoutOf({ mayWait }: ApiRequest): number {
  return mayWait ? WAITING_TIMEOUT_MS : TIMEOUT_MS
}

/** Says what an answer is waited for, once that takes longer than a server without gates would. */
async function saidToWait<T>({ url, mayWait }: ApiRequest, work: () => Promise<T>): Promise<T> {
  const say = () => note(waitingFor(new URL(url).origin))
  const timer = mayWait ? setTimeout(say, TIMEOUT_MS) : undefined
  try {
    return await work()
  } finally {
    clearTimeout(timer)
  }
}

function waitingFor(origin: string): string {
  return `${origin} has not answered for ${TIMEOUT_MS / 1000} seconds. If gates cannot be told of a change, it is answered once their leases have ended: waiting up to ${WAITING_TIMEOUT_MS / 1000} seconds...`
}

/** fetch says `TypeError: fetch failed`, and why in its cause; a timeout is a DOMException. */
function describeNetworkError(error: unknown, sent: ApiRequest): string {
  const { origin } = new URL(sent.url)
  if (error instanceof DOMException && error.name === 'TimeoutError') {
    return `${origin} did not answer within ${timeoutOf(sent) / 1000} seconds.`
  }
  if (!(error instanceof TypeError && error.cause instanceof Error)) throw error
  const { cause } = error
  const code = 'code' in cause ? String(cause.code) : cause.message
  return `${origin} cannot be reached (${code}).`
}

/** Errors that occur only before there is a connection: nothing was sent. */
const UNCONNECTED = new Set(['EAI_AGAIN', 'ENOTFOUND', 'ECONNREFUSED', 'UND_ERR_CONNECT_TIMEOUT'])

function mayHaveBeenSent(error: unknown): boolean {
  const cause = error instanceof TypeError ? error.cause : undefined
  return !(cause instanceof Error && 'code' in cause && UNCONNECTED.has(String(cause.code)))
}

/** `mayHaveArrived`: an attempt may have done what it asked for, and its answer was lost. */
export class Unanswered extends Failure {
  readonly mayHaveArrived: boolean

  constructor(message: string, mayHaveArrived: boolean) {
    super(EXIT.unreachable, message)
    this.mayHaveArrived = mayHaveArrived
  }
}

function delayAskedFor(headers: Headers): number | undefined {
  const seconds = headers.get('retry-after') ?? ''
  return /^\d+$/.test(seconds) ? Math.min(Number(seconds) * 1000, MAX_DELAY_MS) : undefined
}

function requireSuccess(answer: Answer): Answer {
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

/** Whether the server said that what the path names is not there. */
export function isNotThere(failure: unknown): failure is Refused {
  return failure instanceof Refused && failure.answer.status === 404
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

function reasonIn({ status, body, headers }: Omit<Answer, 'attempts'>): string {
  const { title, detail, errors, error, error_description: description } = fieldsOf(body)
  const said = detail ?? title ?? description ?? error
  const to = headers.get('location')
  const redirect = status >= 300 && status < 400 && to !== null
  const unsaid = redirect ? `It redirects to ${to}.` : 'No reason was given.'
  const words = typeof said === 'string' ? said : unsaid
  const fields = Array.isArray(errors) ? errors.map(fieldsOf) : []
  const lines = fields.map((field) => `  ${String(field['field'])}: ${String(field['detail'])}`)
  const wait = status === 429 ? [`  Try again ${inSeconds(headers.get('retry-after'))}.`] : []
  return [`${status}: ${words}`, ...lines, ...wait].map(withoutForbiddenCharacters).join('\n')
}

function inSeconds(retryAfter: string | null): string {
  if (retryAfter === null) return 'later'
  return retryAfter === '1' ? 'in a second' : `in ${retryAfter} seconds`
}

/** An unexpected success comes from something else: a wrong URL, the page of a portal. */
export function unexpectedAnswer(url: string): Failure {
  return new Failure(EXIT.failed, `${url} does not answer as Portcullis does. Is the URL right?`)
}

export function fieldsOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
}

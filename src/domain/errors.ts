import type { InUse } from './in-use.ts'
import type { Made } from './idempotency.ts'
import type { Cause, Detail, Reason, RefusalCode } from './refusal-reasons.ts'
import type { Seconds } from './time.ts'

export type FieldError = { field: string; detail: string }

export type RefusalExtras = {
  fields?: FieldError[]
  retryAfter?: Seconds
  /** The scope that would have been sufficient. */
  scope?: string
  /** For the proof that is to be made instead (RFC 9449 §8). */
  nonce?: string
  /** The clients and roles that have what the request would take away or change. */
  inUse?: InUse
  /** Where to find the subject of the request. */
  location?: string
  /** For the log and the metrics, where it is another than the code. */
  reason?: Reason
  /** For them too: what exactly was wrong. */
  detail?: Detail | undefined
  /** The problem with credentials that were once valid, for the statistics. */
  why?:
    | 'suspended'
    | 'expired_secret'
    | 'future_secret'
    | 'expired_key'
    | 'expired_rule'
    | 'expired_certificate'
    | 'no_proof'
    | 'no_certificate'
    | undefined
}

/** A request that is refused because of its content; nothing has changed. */
export class Refusal extends Error {
  override readonly name = 'Refusal'
  readonly code: RefusalCode
  readonly extras: RefusalExtras

  constructor(code: RefusalCode, description: string, extras: RefusalExtras = {}) {
    super(description)
    this.code = code
    this.extras = extras
  }
}

/** The closest reason that is known. */
export function causeOf({ code, extras }: Refusal): Cause {
  return { reason: extras.why ?? extras.reason ?? code, detail: extras.detail }
}

/**
 * The same request was made before with the same key. Nothing has changed; this says what it
 * created, and when.
 */
export class MadeBefore extends Error {
  override readonly name = 'MadeBefore'
  readonly made: Made
  readonly at: Seconds

  constructor(made: Made, at: Seconds) {
    super('made before')
    this.made = made
    this.at = at
  }
}

const PROBLEMS: Partial<Record<Unavailable['what'], string>> = {
  migrations: 'a migration is missing',
  // Each was read, and another one came first each time.
  changes: 'too many changes at once',
}

/** The request depends on something that does not answer, or is busy; trying again is safe. */
export class Unavailable extends Error {
  override readonly name = 'Unavailable'
  readonly what:
    | 'd1'
    | 'migrations'
    | 'changes'
    | 'kv'
    | 'signing_key'
    | 'configuration'
    | 'identity_provider'
  /** The names of the invalid variables. */
  readonly settings: string[]

  constructor(what: Unavailable['what'], detail: string, settings: string[] = []) {
    super(`${PROBLEMS[what] ?? `${what} is out of reach`}: ${detail}`)
    this.what = what
    this.settings = settings
  }
}

export function invalidField(field: string, detail: string): Refusal {
  return new Refusal('invalid_fields', 'The request has a field that is not valid.', {
    fields: [{ field, detail }],
  })
}

import { checkToken, type VerifiedToken } from './check-token.ts'
import { nonceNow } from './nonce-now.ts'
import type { AnyGuardOptions } from './options.ts'
import { checkEarly, guardedBy } from './options-for.ts'
import { presentedBy } from './presented.ts'
import type { Refusal } from './refusal.ts'

/** The part of Node's request that the guard looks at; any framework's request has it too. */
export type NodeRequest = {
  readonly headers: {
    readonly authorization?: string | undefined
    readonly dpop?: string | readonly string[] | undefined
  }
  readonly rawHeaders?: readonly string[] | undefined
  readonly method?: string | undefined
  readonly url?: string | undefined
  /** As it was before a router of Express took its own path away. */
  readonly originalUrl?: string | undefined
}

/** Options, or a function that makes them: called once for each environment, and Node has one. */
export type NodeGuardOptions = AnyGuardOptions | (() => AnyGuardOptions)

/** The token, or why there is none; and the nonce for the client's next proofs, if it needs one. */
type NodeOutcome = { token: VerifiedToken | Refusal; nonce: string | null }

/** @throws TypeError if an option is wrong */
export function nodeGuard(
  options: NodeGuardOptions,
): (request: NodeRequest, original: object) => Promise<NodeOutcome> {
  checkEarly(options)
  return async (request, original) => {
    const guarded = {
      original,
      method: request.method ?? '',
      origin: null,
      path: pathOf(request.originalUrl ?? request.url ?? ''),
      proof: headerOf(request, 'dpop'),
    }
    const presented = presentedBy(headerOf(request, 'authorization'), guarded)
    const settings = guardedBy(options, undefined)
    return { token: await checkToken(presented, settings), nonce: await nonceNow(settings) }
  }
}

/** RFC 9112 §3.2: the target may be a whole URL. Its host is what the client says, as in `Host`. */
function pathOf(target: string): string {
  return target.replace(/^https?:\/\/[^/?#]*/i, '')
}

/**
 * Node keeps the first of several Authorization headers and drops the others. A proxy in front may
 * have judged another one: they are joined, as Web APIs do, which makes no valid token or proof.
 */
function headerOf(
  { headers, rawHeaders = [] }: NodeRequest,
  name: 'authorization' | 'dpop',
): string {
  const isName = (at: number) => at % 2 === 0 && rawHeaders[at]?.toLowerCase() === name
  const values = rawHeaders.filter((_value, at) => at > 0 && isName(at - 1))
  return values.length > 1 ? values.join(', ') : String(headers[name] ?? '')
}

const tokens = new WeakMap<object, VerifiedToken>()

/** Puts it where handlers find it: `tokenOf` is not misled by another property named `token`. */
export function keepToken(request: object, token: VerifiedToken): void {
  tokens.set(request, token)
  Object.assign(request, { token })
}

/**
 * The verified token of a guarded request.
 * @throws Error if no guard ran before this handler
 */
export function tokenOf(request: object): VerifiedToken {
  const token = tokens.get(request)
  if (token) return token
  throw new Error('No guard has seen this request: put requireToken(options) before the handler.')
}

import { bearerOf } from './bearer.ts'
import { checkToken, type VerifiedToken } from './check-token.ts'
import type { AnyGuardOptions } from './options.ts'
import { checkEarly, guardedBy } from './options-for.ts'
import type { Refusal } from './refusal.ts'

/** The part of Node's request that the guard looks at; any framework's request has it too. */
export type NodeRequest = {
  readonly headers: { readonly authorization?: string | undefined }
  readonly rawHeaders?: readonly string[] | undefined
}

/** Options, or a function that makes them: called once, at the first request. */
export type NodeGuardOptions = AnyGuardOptions | (() => AnyGuardOptions)

/** @throws TypeError if an option is wrong */
export function nodeGuard(
  options: NodeGuardOptions,
): (request: NodeRequest) => Promise<VerifiedToken | Refusal> {
  checkEarly(options)
  return async (request) =>
    checkToken(() => bearerOf(authorizationOf(request)), guardedBy(options, undefined))
}

/**
 * Node keeps the first of several Authorization headers and drops the others. A proxy in front may
 * have judged another one: they are joined, as Web APIs do, which makes no valid token.
 */
function authorizationOf({ headers, rawHeaders = [] }: NodeRequest): string {
  const isName = (at: number) => at % 2 === 0 && rawHeaders[at]?.toLowerCase() === 'authorization'
  const values = rawHeaders.filter((_value, at) => at > 0 && isName(at - 1))
  return values.length > 1 ? values.join(', ') : (headers.authorization ?? '')
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

import { checkToken, type VerifiedToken } from './check-token.ts'
import { guardedBy, type GuardOptionsOf } from './options-for.ts'
import { presentedAlone } from './presented.ts'
import type { Refusal } from './refusal.ts'

/**
 * The same check without a `Request`: for a message of a queue, the first frame of a WebSocket, a
 * framework with requests of its own. Returns the claims, or why the token does not pass:
 * one that is bound to a key does not, because nothing here proves that its sender has the key.
 *
 * @example
 * const token = await verifyToken(message.token, options)
 * if (token instanceof Refusal) return reject(token.description)
 * return accept(token.client_id)
 *
 * @param env passed to `options` if that is a function
 * @throws TypeError if an option is wrong
 */
export async function verifyToken<Env = unknown>(
  token: string,
  options: GuardOptionsOf<Env>,
  env?: Env,
): Promise<VerifiedToken | Refusal> {
  return checkToken(presentedAlone(token), guardedBy(options, env as Env))
}

import { wholeToken } from './bearer.ts'
import { checkToken, type VerifiedToken } from './check-token.ts'
import { guardedBy, type GuardOptionsOf } from './options-for.ts'
import type { Refusal } from './refusal.ts'

/**
 * The same check where there is no `Request`: a message of a queue, the first frame of a WebSocket, a
 * framework with requests of its own. Gives the claims, or why the token does not pass.
 *
 * @example
 * const token = await verifyToken(message.token, options)
 * if (token instanceof Refusal) return reject(token.description)
 * return accept(token.client_id)
 *
 * @param env what a function of the environment is given
 * @throws TypeError when an option is wrong
 */
export async function verifyToken<Env = unknown>(
  token: string,
  options: GuardOptionsOf<Env>,
  env?: Env,
): Promise<VerifiedToken | Refusal> {
  return checkToken(() => wholeToken(token), guardedBy(options, env as Env))
}

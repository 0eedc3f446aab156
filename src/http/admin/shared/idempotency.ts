import { MadeBefore, Refusal } from '../../../domain/errors.ts'
import { canonicalJson, type IdempotencyKey, type Made } from '../../../domain/idempotency.ts'
import type { AppContext } from '../../../web/app-env.ts'
import { adminRequest } from './route.ts'

const LENGTH_MAX = 255

// A structured-field string (RFC 9651 §3.3.3), as the header's draft asks, and the bare key that
// most clients send, without characters that would split or quote it.
const QUOTED = /^"((?:[ !#-[\]-~]|\\["\\])*)"$/
const BARE = /^[!#-+\--[\]-~]+$/

/** Like `adminRequest`, for creations: adds the key under which it is made once, if sent. */
export function creationRequest(c: AppContext, body: unknown): ReturnType<typeof adminRequest> {
  return { ...adminRequest(c), idempotency: readKey(c, body) }
}

/** https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/ §2.1 */
function readKey(c: AppContext, body: unknown): IdempotencyKey | undefined {
  const header = c.req.header('idempotency-key')?.trim()
  if (header === undefined) return undefined
  const key = BARE.test(header) ? header : QUOTED.exec(header)?.[1]?.replaceAll(/\\(.)/g, '$1')
  if (key === undefined || key.length < 1 || key.length > LENGTH_MAX) {
    throw new Refusal(
      'invalid_request',
      `Idempotency-Key must be one string of 1 to ${LENGTH_MAX} printable characters.`,
    )
  }
  return { key, content: `${c.req.method} ${c.req.path}\n${canonicalJson(body)}` }
}

type Find<T> = (made: Made) => Promise<T>

/** Awaits a creation; if the same request made it before, finds that, as it is now. */
export async function orMadeBefore<T>(
  c: AppContext,
  making: Promise<T>,
  find: Find<T>,
): Promise<T> {
  try {
    return await making
  } catch (error) {
    if (!(error instanceof MadeBefore)) throw error
    c.header('Idempotency-Replayed', 'true')
    return foundOrGone(error.made, find)
  }
}

/** For creations whose first answer alone showed a secret: a repeat says where it was made. */
export function orShownBefore<T>(
  c: AppContext,
  making: Promise<T>,
  locate: Find<string>,
): Promise<T> {
  return orMadeBefore(c, making, async (made) => {
    throw shownBefore(await foundOrGone(made, locate))
  })
}

export function shownBefore(location: string): Refusal {
  return new Refusal(
    'made_before',
    'This request was made before, with this Idempotency-Key. Its secret was shown with the first answer and is not shown again: if that answer was lost, create another secret.',
    { location },
  )
}

async function foundOrGone<T>(made: Made, find: Find<T>): Promise<T> {
  try {
    return await find(made)
  } catch (error) {
    if (!(error instanceof Refusal && error.code === 'not_found')) throw error
    throw new Refusal(
      'gone',
      'This request was made before, and what it created has been deleted since.',
    )
  }
}

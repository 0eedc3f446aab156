import { isRecent } from '../domain/time.ts'
import { basicAuthorization } from '../platform/basic-authorization.ts'
import { fetchJson } from './fetch-json.ts'
import { boundedMap } from '../platform/bounded-map.ts'
import type { GuardSettings, IntrospectionAnswer } from './options.ts'
import { withTimeout } from '../platform/with-timeout.ts'
import { Refused } from './refused.ts'

type Remembered = { answer: IntrospectionAnswer; askedAt: number }

const REMEMBERED_MAX = 5000
const TIMEOUT_MS = 5000

/** The last answer for each token, in this isolate. */
const remembered = boundedMap<Remembered>(REMEMBERED_MAX)

/** The server's verdict on a token: as of now, or at most `maxStaleness` seconds old. */
export async function askServer(
  token: string,
  settings: GuardSettings,
): Promise<IntrospectionAnswer> {
  const { issuer, maxStaleness, now } = settings
  const key = `${issuer} ${token}`
  // Counted from when the question was sent: the answer was true at some moment after that.
  const askedAt = now()
  const known = remembered.get(key)
  if (known && isRecent(known.askedAt, maxStaleness, askedAt)) return known.answer
  const answer = await introspect(token, settings)
  // Looked up after the wait: another request may have asked later and been answered sooner.
  const last = remembered.get(key)
  if (answer) {
    // One from the future was given by a clock that was set back since.
    const isNewest = !last || askedAt >= last.askedAt || last.askedAt > now()
    if (isNewest && (maxStaleness > 0 || settings.allowFor > 0)) {
      remembered.set(key, { answer, askedAt })
    }
    return answer
  }
  if (last?.answer.active && isRecent(last.askedAt, settings.allowFor, now())) return last.answer
  throw new Refused('unreachable', 'The authorization server does not answer.')
}

/** Null if no believable answer comes. */
async function introspect(
  token: string,
  settings: GuardSettings,
): Promise<IntrospectionAnswer | null> {
  const { credentials, fetcher } = settings
  const answer = credentials
    ? await introspectByHttp(token, settings.issuer, credentials, fetcher)
    : await introspectByBinding(token, fetcher)
  return isAnswer(answer) ? answer : null
}

function isAnswer(answer: IntrospectionAnswer | null): answer is IntrospectionAnswer {
  return typeof answer?.active === 'boolean' && typeof (answer.scope ?? '') === 'string'
}

async function introspectByHttp(
  token: string,
  issuer: string,
  { clientId, clientSecret }: { clientId: string; clientSecret: string },
  fetcher: GuardSettings['fetcher'],
): Promise<IntrospectionAnswer | null> {
  const answer = await fetchJson(fetcher, `${issuer}/oauth/introspect`, {
    method: 'POST',
    headers: {
      Authorization: basicAuthorization(clientId, clientSecret),
      'Content-Type': 'application/x-www-form-urlencoded',
    },
    body: new URLSearchParams({ token }).toString(),
  })
  return answer as IntrospectionAnswer | null
}

async function introspectByBinding(
  token: string,
  fetcher: GuardSettings['fetcher'],
): Promise<IntrospectionAnswer | null> {
  try {
    return fetcher.introspect ? await withTimeout(TIMEOUT_MS, fetcher.introspect(token)) : null
  } catch (error) {
    // The server's Worker failed, hangs or is missing: nothing passes because of it.
    if (error instanceof Error) return null
    throw error
  }
}

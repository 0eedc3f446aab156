import { randomUUID } from 'node:crypto'
import { requestToken } from './access-token.ts'
import { readAccount } from './account.ts'
import { requireAnswer } from './answers.ts'
import { saidIfInterrupted } from './interruption.ts'
import { type Answer, request, type RetryOptions } from './http.ts'

export type AdminRequest = {
  body?: object | undefined
  /** The version that was read: a change after it has been changed again is refused (412). */
  ifMatch?: string
}

/**
 * How a POST is sent again, whose answer was lost: by an idempotency key, by which the server knows
 * it; as it is, where nothing comes of it twice; or never.
 */
export type Again = 'by key' | 'as it is' | 'never'

/** The admin API, with the account's token: requested once, and kept in memory alone. */
export type Admin = {
  issuer: string
  /** Sent again as it is: these end the same when made twice. */
  request(
    method: 'GET' | 'PUT' | 'PATCH' | 'DELETE',
    path: string,
    options?: AdminRequest,
  ): Promise<Answer>
  /** `inDoubt`: what is said where the process is stopped before the answer. */
  post(path: string, body: object, again: Again, inDoubt?: string): Promise<Answer>
}

export async function openAdmin(retry?: RetryOptions): Promise<Admin> {
  const account = readAccount()
  const { issuer } = account
  const token =
    'token' in account
      ? account.token
      : (await requestToken(issuer, account, { resources: [issuer] }, retry)).access_token

  const send = async (method: string, path: string, content: Content, options = retry) => {
    const url = `${issuer}/admin/v1${path}`
    const sent = { url, method, mayWait: method !== 'GET', ...contentOf(token, content) }
    const { inDoubt = IN_DOUBT } = content
    const answer = sent.mayWait
      ? await saidIfInterrupted(inDoubt, () => request(sent, options))
      : await request(sent, options)
    return requireAnswer(issuer, method, path, answer)
  }
  return {
    issuer,
    request: (method, path, content = {}) => send(method, path, content),
    post: (path, body, again, inDoubt) =>
      again === 'by key'
        ? send('POST', path, { body, idempotencyKey: randomUUID(), inDoubt })
        : send('POST', path, { body, inDoubt }, again === 'never' ? ONCE : retry),
  }
}

type Content = AdminRequest & { idempotencyKey?: string; inDoubt?: string | undefined }

const IN_DOUBT = 'The server may have done it anyway: check before you try again.'

const ONCE: RetryOptions = { maxAttempts: 1, giveUpAfterMs: 0 }

function contentOf(token: string, { body, idempotencyKey, ifMatch }: Content) {
  const headers: Record<string, string> = { Authorization: `Bearer ${token}` }
  if (idempotencyKey !== undefined) headers['Idempotency-Key'] = idempotencyKey
  if (ifMatch !== undefined) headers['If-Match'] = ifMatch
  if (body === undefined) return { headers }
  headers['Content-Type'] = 'application/json'
  return { headers, body: JSON.stringify(body) }
}

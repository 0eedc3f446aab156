import { requestToken } from './access-token.ts'
import { readAccount } from './account.ts'
import { type Answer, request, type RetryOptions, unexpectedAnswer } from './http.ts'

export type AdminRequest = {
  body?: object | undefined
  idempotencyKey?: string
  /** The version that was read: a change after it has been changed again is refused (412). */
  ifMatch?: string
}

/** The admin API, with the account's token: requested once, and kept in memory alone. */
export type Admin = {
  issuer: string
  request(method: string, path: string, options?: AdminRequest): Promise<Answer>
}

export async function openAdmin(retry?: RetryOptions): Promise<Admin> {
  const account = readAccount()
  const { issuer } = account
  const token =
    'token' in account
      ? account.token
      : (await requestToken(issuer, account, { resources: [issuer] }, retry)).access_token

  return {
    issuer,
    async request(method, path, options = {}) {
      const url = `${issuer}/admin/v1${path}`
      const sent = { url, method, mayWait: method !== 'GET', ...contentOf(token, options) }
      return requireJson(await request(sent, retry), issuer)
    },
  }
}

function requireJson(answer: Answer, issuer: string): Answer {
  if (answer.status === 204 || (typeof answer.body === 'object' && answer.body !== null))
    return answer
  throw unexpectedAnswer(issuer)
}

function contentOf(token: string, { body, idempotencyKey, ifMatch }: AdminRequest) {
  const headers: Record<string, string> = { Authorization: `Bearer ${token}` }
  if (idempotencyKey !== undefined) headers['Idempotency-Key'] = idempotencyKey
  if (ifMatch !== undefined) headers['If-Match'] = ifMatch
  if (body === undefined) return { headers }
  headers['Content-Type'] = 'application/json'
  return { headers, body: JSON.stringify(body) }
}

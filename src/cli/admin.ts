import { requestToken } from './access-token.ts'
import { readAccount } from './account.ts'
import { type Answer, ask, type RetryOptions, strangeAnswer } from './http.ts'

export type AdminAsk = {
  body?: object | undefined
  idempotencyKey?: string
  /** The version that was read: if somebody changed it meanwhile, the change is refused (412). */
  ifMatch?: string
}

/** The admin API, with the account's token: requested once, in memory, gone with the process. */
export type Admin = {
  issuer: string
  ask(method: string, path: string, options?: AdminAsk): Promise<Answer>
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
    async ask(method, path, options = {}) {
      const request = { url: `${issuer}/admin/v1${path}`, method, ...contentOf(token, options) }
      return checked(await ask(request, retry), issuer)
    },
  }
}

function checked(answer: Answer, issuer: string): Answer {
  if (answer.status === 204 || (typeof answer.body === 'object' && answer.body !== null))
    return answer
  throw strangeAnswer(issuer)
}

function contentOf(token: string, { body, idempotencyKey, ifMatch }: AdminAsk) {
  const headers: Record<string, string> = { Authorization: `Bearer ${token}` }
  if (idempotencyKey !== undefined) headers['Idempotency-Key'] = idempotencyKey
  if (ifMatch !== undefined) headers['If-Match'] = ifMatch
  if (body === undefined) return { headers }
  headers['Content-Type'] = 'application/json'
  return { headers, body: JSON.stringify(body) }
}

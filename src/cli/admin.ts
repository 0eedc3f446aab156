import { requestToken } from './access-token.ts'
import { readAccount } from './account.ts'
import { type Answer, ask, type Patience } from './http.ts'

export type AdminAsk = {
  body?: object | undefined
  idempotencyKey?: string
  patience?: Patience
}

/** The admin API, by the account's token: asked for once, kept in memory, gone with the process. */
export type Admin = {
  issuer: string
  ask(method: string, path: string, options?: AdminAsk): Promise<Answer>
}

export async function openAdmin(patience?: Patience): Promise<Admin> {
  const account = readAccount()
  const { issuer } = account
  const token =
    'token' in account
      ? account.token
      : (await requestToken(issuer, account, { resources: [issuer] }, patience)).access_token

  return {
    issuer,
    ask(method, path, options = {}) {
      const request = { url: `${issuer}/admin/v1${path}`, method, ...contentOf(token, options) }
      return ask(request, options.patience ?? patience)
    },
  }
}

function contentOf(token: string, { body, idempotencyKey }: AdminAsk) {
  const headers: Record<string, string> = { Authorization: `Bearer ${token}` }
  if (idempotencyKey !== undefined) headers['Idempotency-Key'] = idempotencyKey
  if (body === undefined) return { headers }
  headers['Content-Type'] = 'application/json'
  return { headers, body: JSON.stringify(body) }
}

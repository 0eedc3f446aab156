import { decodeJwt, decodeProtectedHeader } from 'jose'
import { type Client, clientIn, grantOf, isLive, type Token } from './expected.ts'
import { possible } from './doubts.ts'
import type { OneFault } from './faults.ts'
import { type Credential, require, type Run, timeAt } from './run.ts'
import { form, type Json, type Location } from './world.ts'

/** Asks for a token with a credential, which `works` unless it was mistyped or cut off. */
export async function issue(
  run: Run,
  place: Location,
  { clientId, secretId, text, works }: Credential & { works: boolean },
  fault: OneFault | null,
): Promise<void> {
  const { faults } = run.world
  const mayFail = fault !== null || faults.any
  const now = timeAt(run, place)
  const asked = { grant_type: 'client_credentials' }
  faults.next(fault)
  const answer = await form(run.world, place, '/oauth/token', asked, { id: clientId, secret: text })
  faults.next(null)
  const dues = possible(run, clientId).map((state): Due => {
    const client = clientIn(state, clientId)
    const isOpen = works && client?.secrets.some((s) => s.id === secretId && isLive(s, now))
    const grant = client && isOpen && !client.suspended ? grantOf(client) : null
    const status = client && isOpen && !client.suspended ? (grant ? 200 : 400) : 401
    return { status, client, grant }
  })
  if (answer.status === 200) {
    const { grant, client } = (dues.find((due) => saysThat(answer.body, due)) ?? dues[0]) as Due
    return issued(run, answer.body, grant, client, now)
  }
  const isDue = dues.some(({ status }) => status === answer.status)
  const isExpected = isDue || (mayFail && answer.status === 503)
  require(5, isExpected, () =>
    `a token request says ${answer.status} where ${dues[0]?.status} was due: ${answer.text}`)
  return undefined
}

type Due = { status: number; client: Client | undefined; grant: ReturnType<typeof grantOf> }

/** Whether it is the token that was due in this state. */
function saysThat(body: Json, { client, grant }: Due): boolean {
  const { gen, scope } = decodeJwt<{ gen: number; scope: string }>(String(body['access_token']))
  return gen === client?.generation && scope === grant?.scopes.join(' ')
}

/** Requires that a token was due, and that it says what it must. */
export function issued(
  run: Run,
  body: Json,
  grant: ReturnType<typeof grantOf>,
  client: Client | undefined,
  now: number,
): void {
  require(client ? (client.suspended ? 2 : 5) : 4, grant !== null, () =>
    'a token where none was due')
  if (!client || !grant) return
  const text = String(body['access_token'])
  const claims = decodeJwt<{ gen: number; scope: string; client_id: string }>(text)
  const said = [
    claims.aud,
    claims.scope,
    claims.gen,
    (claims.exp ?? 0) - (claims.iat ?? 0),
    claims.iat,
  ]
  const due = [grant.audience, grant.scopes.join(' '), client.generation, client.lifetime, now]
  require(12, said.join() === due.join(), () => `a token says ${said.join()}, not ${due.join()}`)
  const token: Token = {
    clientId: client.id,
    text,
    jti: claims.jti ?? '',
    kid: decodeProtectedHeader(text).kid ?? '',
    audience: grant.audience,
    scopes: grant.scopes,
    generation: client.generation,
    exp: claims.exp ?? 0,
  }
  require(12, !run.tokens.some(({ jti }) => jti === token.jti), () => `the jti ${token.jti} twice`)
  run.tokens.push(token)
}

import { formatSecret } from '../../src/domain/secret-text.ts'
import type { Shot } from './fire.ts'
import { formShot } from './shots.ts'

export type Credentials = { id: string; secret: string }

/** A client that gets tokens, one that introspects them, and a token. */
export type House = { client: Credentials; caller: Credentials; token: string }

// Well formed but unknown: a mistyped secret would not be looked up.
const NOBODYS_SECRET = formatSecret('AbCdEfGhIjKl', 'x'.repeat(43))

const GRANT = { grant_type: 'client_credentials' }

export const tokenShot = ({ client }: House): Shot => formShot('/oauth/token', GRANT, client)

export const introspectionShot = ({ caller, token }: House): Shot =>
  formShot('/oauth/introspect', { token }, caller)

export const jwksShot: Shot = { method: 'GET', path: '/.well-known/jwks.json', headers: {} }

const ADDRESSES = 4096

/** From many addresses, which Cloudflare vouches for, so that the limit on failed authentications lets each through. */
export function fromManyAddresses(shot: Shot): Shot[] {
  return Array.from({ length: ADDRESSES }, (_, n) => ({
    ...shot,
    headers: { ...shot.headers, 'CF-Blob': '{}', 'CF-Connecting-IP': `10.${n >> 8}.${n & 255}.1` },
  }))
}

export const wrongSecretShot = ({ client, caller }: House): Shot =>
  formShot('/oauth/token', GRANT, { id: client.id, secret: caller.secret })

export const unknownClientShot: Shot = formShot('/oauth/token', GRANT, {
  id: 'nobody',
  secret: NOBODYS_SECRET,
})

/** All that is measured, for real bindings to be asked it first. */
export const everyShot = (house: House): Shot[] => [
  tokenShot(house),
  introspectionShot(house),
  wrongSecretShot(house),
  unknownClientShot,
]

import { base64url, exportJWK, generateKeyPair, type GenerateKeyPairResult } from 'jose'
import type { Recording } from './answers.ts'
import { stubDatabase } from './stub.ts'

type Row = { client_id: string; access_token_lifetime: number; generation: number }

/** As long as a thumbprint. */
const KID = 'the-key-of-the-limit-which-nobody-else-has-'

const encoder = new TextEncoder()
const decoder = new TextDecoder()
const part = (value: object) => base64url.encode(JSON.stringify(value))
const ECDSA = { name: 'ECDSA', hash: 'SHA-256' }

/**
 * The least that issues a token: the one read and the one signature, with whatever else is in a token
 * written down. It looks at nothing that it is sent; or, with `readsRequest`, at what an endpoint cannot do
 * without: the media type, length and bytes of the body, the credentials, a keyed hash of the secret.
 */
export function limit(
  recording: Recording,
  read: { sql: string; method: 'first' | 'all'; values: unknown[] },
  readsRequest: boolean,
): ExportedHandler {
  const database = stubDatabase(recording, { reads: 0, writes: 0 })
  let keys: GenerateKeyPairResult | undefined
  return {
    async fetch(request) {
      keys ??= await generateKeyPair('ES256')
      if (request.method === 'GET') return jwks(keys.publicKey)
      if (readsRequest) await lookAt(request)
      const statement = database.prepare(read.sql).bind(...read.values)
      const row =
        read.method === 'first'
          ? await statement.first<Row>()
          : (await statement.all<Row>()).results[0]
      if (!row) return new Response(null, { status: 401 })
      const token = await signed(row, keys.privateKey)
      return Response.json(token, {
        headers: { 'Cache-Control': 'no-store', Pragma: 'no-cache' },
      })
    },
  }
}

const HMAC = { name: 'HMAC', hash: 'SHA-256' }
const NOBODYS = new Uint8Array(32)
let pepper: CryptoKey | undefined

async function lookAt(request: Request): Promise<void> {
  const { headers } = request
  const isForm = headers.get('content-type') === 'application/x-www-form-urlencoded'
  if (!isForm || headers.get('content-length') === null) throw new Error('not a form')
  const form = new URLSearchParams(decoder.decode(await request.arrayBuffer()))
  const credentials = atob(headers.get('authorization')?.slice('Basic '.length) ?? '')
  pepper ??= await crypto.subtle.importKey('raw', NOBODYS, HMAC, false, ['sign'])
  const digest = await crypto.subtle.sign('HMAC', pepper, encoder.encode(credentials))
  const isRight = crypto.subtle.timingSafeEqual(digest, NOBODYS)
  if (isRight || form.get('grant_type') === null) throw new Error('not a token request')
}

async function signed(row: Row, key: CryptoKey): Promise<object> {
  const now = Math.floor(Date.now() / 1000)
  const claims = {
    iss: 'https://auth.example',
    sub: row.client_id,
    client_id: row.client_id,
    aud: 'https://api.example.com',
    scope: 'invoices:read',
    iat: now,
    exp: now + row.access_token_lifetime,
    jti: crypto.randomUUID(),
    gen: row.generation,
  }
  const text = `${part({ alg: 'ES256', typ: 'at+jwt', kid: KID })}.${part(claims)}`
  const signature = new Uint8Array(await crypto.subtle.sign(ECDSA, key, encoder.encode(text)))
  return {
    access_token: `${text}.${base64url.encode(signature)}`,
    token_type: 'Bearer',
    expires_in: row.access_token_lifetime,
    scope: claims.scope,
  }
}

async function jwks(key: CryptoKey): Promise<Response> {
  const jwk = await exportJWK(key)
  return Response.json({ keys: [{ ...jwk, kid: KID }] })
}

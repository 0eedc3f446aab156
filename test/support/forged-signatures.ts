import { exportPKCS8, exportSPKI, generateKeyPair, importJWK, type JWK, SignJWT } from 'jose'

/** A token that was tampered with or made by a stranger, and what kind of forgery it is. */
export type Forgery = { kind: string; token: string }

/** Everything that a forger can get hold of: recorded tokens, and the server's published keys. */
export type Loot = {
  /** An active token, and another of the same client. */
  token: string
  second: string
  /** The published key that verifies both. */
  jwk: JWK & { kid: string }
  /** The kid of a key that was revoked, and of one that is not in use yet. */
  revokedKid: string
  pendingKid: string
  issuer: string
  otherClient: string
}

export type Part = Record<string, unknown>

const encoder = new TextEncoder()

export function base64url(value: string | Uint8Array): string {
  const bytes = typeof value === 'string' ? encoder.encode(value) : value
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '')
}

export function bytesOf(part: string): Uint8Array {
  return Uint8Array.from(atob(part.replaceAll('-', '+').replaceAll('_', '/')), (c) =>
    c.charCodeAt(0),
  )
}

export function read(token: string) {
  const [h = '', p = '', s = ''] = token.split('.')
  const parse = (part: string) => JSON.parse(new TextDecoder().decode(bytesOf(part))) as Part
  return { h, p, s, header: parse(h), payload: parse(p), signature: bytesOf(s) }
}

export const json = (part: Part) => base64url(JSON.stringify(part))

export function withoutSignature({ token }: Loot): Forgery[] {
  const { p, s, header } = read(token)
  const names = ['none', 'None', 'NONE', 'nOnE', 'none ', '', 'null', 'NONE\u0000']
  return names.flatMap((alg) => {
    const h = json({ ...header, alg })
    return [`${h}.${p}.`, `${h}.${p}.${s}`, `${h}.${p}`, `${h}.${p}.AA`].map((forged) => ({
      kind: 'alg none',
      token: forged,
    }))
  })
}

/** The published key taken for the secret of an HMAC, in every form that it is handed around in. */
export async function withSymmetricKeys({ token, jwk }: Loot): Promise<Forgery[]> {
  const { p, header } = read(token)
  const { kty, crv, x, y } = jwk
  const key = (await importJWK({ ...jwk, ext: true }, 'ES256')) as CryptoKey
  const spki = await exportSPKI(key)
  const der = new Uint8Array((await crypto.subtle.exportKey('spki', key)) as ArrayBuffer)
  const raw = new Uint8Array((await crypto.subtle.exportKey('raw', key)) as ArrayBuffer)
  const secrets: [string, string | Uint8Array][] = [
    ['PEM', spki],
    ['PEM', `${spki}\n`],
    ['PEM', spki.replaceAll('\n', '')],
    ['PEM', spki.replaceAll(/-----.*?-----|\n/g, '')],
    ['DER', der],
    ['DER', raw],
    ['JWK', JSON.stringify(jwk)],
    ['JWK', JSON.stringify({ kty, crv, x, y })],
    ['JWK', JSON.stringify({ crv, kty, x, y })],
    ['JWK', String(x)],
    ['JWK', jwk.kid],
    ['empty key', ''],
  ]
  const made: Forgery[] = []
  for (const [name, secret] of secrets) {
    for (const bits of [256, 384, 512]) {
      const signed = `${json({ ...header, alg: `HS${bits}` })}.${p}`
      const mac = await hmac(bits, secret, signed)
      made.push({ kind: `HS with ${name}`, token: `${signed}.${base64url(mac)}` })
    }
  }
  return made
}

async function hmac(bits: number, secret: string | Uint8Array, text: string) {
  const given = typeof secret === 'string' ? encoder.encode(secret) : secret
  // HMAC fills a short key with zeros, so that one zero is the empty key, which no import takes.
  const raw = (given.length === 0 ? new Uint8Array(1) : given) as Uint8Array<ArrayBuffer>
  const how = { name: 'HMAC', hash: `SHA-${bits}` }
  const key = await crypto.subtle.importKey('raw', raw, how, false, ['sign'])
  return new Uint8Array(await crypto.subtle.sign('HMAC', key, encoder.encode(text)))
}

// The order of P-256, and of its field: (0, n) and its like verified anything in Java once.
const ORDER = 'ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551'
const FIELD = 'ffffffff00000001000000000000000000000000ffffffffffffffffffffffff'

export function withSpoiltSignature({ token, second }: Loot): Forgery[] {
  const { h, p, signature } = read(token)
  const [r, s] = [signature.slice(0, 32), signature.slice(32)]
  const [zero, one] = [new Uint8Array(32), number(`${'0'.repeat(63)}1`)]
  const [order, field] = [number(ORDER), number(FIELD)]
  const kinds: [string, Uint8Array[]][] = [
    ['zero signature', [0, 1, 32, 63, 64, 65, 128].map((length) => new Uint8Array(length))],
    ['r or s zero', [pair(zero, s), pair(r, zero), pair(zero, one), pair(one, zero)]],
    ['r or s out of range', [order, field].flatMap((n) => [pair(n, s), pair(r, n), pair(n, n)])],
    ['r and s swapped', [pair(s, r), pair(r, r), pair(s, s), pair(one, one)]],
    ['DER signature', [Uint8Array.of(0x30, 68, 2, 32, ...r, 2, 32, ...s)]],
    [
      'signature too long',
      [pair(signature, one), pair(signature, signature), pair(zero, signature)],
    ],
    ['signature of another token', [read(second).signature]],
    ['one bit flipped', [0, 1, 15, 31, 32, 33, 47, 63].map((at) => flipped(signature, at))],
  ]
  return kinds.flatMap(([kind, signatures]) =>
    signatures.map((forged) => ({ kind, token: `${h}.${p}.${base64url(forged)}` })),
  )
}

function number(hex: string): Uint8Array {
  return Uint8Array.from(hex.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16))
}

function pair(a: Uint8Array, b: Uint8Array): Uint8Array {
  return Uint8Array.of(...a, ...b)
}

function flipped(bytes: Uint8Array, at: number): Uint8Array {
  const copy = bytes.slice()
  copy[at] = (copy[at] ?? 0) ^ 1
  return copy
}

/** Properly signed, with our kid, by keys that are not ours. */
export async function byStrangers(loot: Loot): Promise<Forgery[]> {
  const { header, payload } = read(loot.token)
  const made: Forgery[] = []
  for (const alg of ['ES256', 'ES384', 'RS256', 'PS256', 'EdDSA']) {
    const { privateKey } = await generateKeyPair(alg, { extractable: true })
    const kind = `signed by a stranger's ${alg} key`
    const pem = await exportPKCS8(privateKey)
    for (const claims of [payload, { ...payload, scope: 'clients:manage' }]) {
      const signed = await new SignJWT(claims)
        .setProtectedHeader({ ...header, alg })
        .sign(privateKey)
      made.push({ kind, token: signed })
    }
    const embedding = { ...header, alg, x5c: [pem.replaceAll(/-----.*?-----|\n/g, '')] }
    const embedded = await new SignJWT(payload).setProtectedHeader(embedding).sign(privateKey)
    made.push({ kind, token: embedded })
    // Under our algorithm's name: what counts must be the key.
    const [, p, s] = embedded.split('.')
    made.push({ kind, token: `${json({ ...header })}.${p}.${s}` })
  }
  const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true })
  const jwk = (await crypto.subtle.exportKey('jwk', publicKey)) as JWK
  for (const embedding of [
    { ...header, jwk },
    { ...header, kid: undefined, jwk },
  ]) {
    const token = await new SignJWT(payload)
      .setProtectedHeader({ ...embedding, alg: 'ES256' } as never)
      .sign(privateKey)
    made.push({ kind: "signed by a stranger's embedded key", token })
  }
  return made
}

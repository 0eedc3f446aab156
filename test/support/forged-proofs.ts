import { exportJWK } from 'jose'
import type { ProofFault } from '../../src/domain/dpop.ts'
import { base64url, type Part } from './forged-signatures.ts'
import { digestOf, type ProofMaker, proofKey, resigned, signed } from './proofs.ts'

/** A `DPoP` header to send, and the check that it fails. */
export type ForgedProof = {
  name: string
  fault: ProofFault
  proof: (maker: ProofMaker) => Promise<string | null>
}

const withHeader = (fault: ProofFault, name: string, header: Part): ForgedProof => ({
  name,
  fault,
  proof: ({ make }) => make({ header }),
})

const withClaims = (
  fault: ProofFault,
  name: string,
  claims: Part | ((maker: ProofMaker) => Part),
): ForgedProof => ({
  name,
  fault,
  proof: (maker) => maker.make({ claims: typeof claims === 'function' ? claims(maker) : claims }),
})

const withUrl = (name: string, change: (url: URL) => string): ForgedProof =>
  withClaims('wrong_url', name, ({ url }) => ({ htu: change(new URL(url)) }))

const withIat = (name: string, seconds: number): ForgedProof =>
  withClaims('wrong_time', name, ({ now }) => ({ iat: now + seconds }))

const ENVELOPES: ForgedProof[] = [
  { name: 'no proof', fault: 'no_proof', proof: async () => null },
  { name: 'an empty header', fault: 'no_proof', proof: async () => '' },
  {
    name: 'two proofs',
    fault: 'several_proofs',
    proof: async ({ make }) => `${await make()}, ${await make()}`,
  },
  {
    name: 'a proof and something else behind a comma',
    fault: 'several_proofs',
    proof: async ({ make }) => `${await make()},x`,
  },
  { name: 'no JWS', fault: 'malformed', proof: async () => 'a-proof' },
  {
    name: 'no signature',
    fault: 'malformed',
    proof: async ({ make }) => (await make()).replace(/[^.]+$/, ''),
  },
  { name: 'a fourth part', fault: 'malformed', proof: async ({ make }) => `${await make()}.e30` },
  { name: 'padding', fault: 'malformed', proof: async ({ make }) => `${await make()}==` },
  {
    name: 'a space inside',
    fault: 'malformed',
    proof: async ({ make }) => (await make()).replace('.', ' .'),
  },
  {
    name: 'a header that is no JSON',
    fault: 'malformed',
    proof: ({ make }) => make({ header: '{"typ":' }),
  },
  {
    name: 'claims that are a list',
    fault: 'malformed',
    proof: ({ make }) => make({ claims: '[]' }),
  },
  {
    name: 'claims that are null',
    fault: 'malformed',
    proof: ({ make }) => make({ claims: 'null' }),
  },
  {
    name: 'claims that are a number',
    fault: 'malformed',
    proof: ({ make }) => make({ claims: '7' }),
  },
  {
    name: 'a header that is a text',
    fault: 'malformed',
    proof: ({ make }) => make({ header: '"a"' }),
  },
  {
    name: 'alg twice',
    fault: 'malformed',
    proof: ({ make, header }) =>
      make({ header: JSON.stringify(header).replace('{', '{"alg":"none",') }),
  },
  {
    name: 'jti twice, once in another spelling',
    fault: 'malformed',
    proof: ({ make, claims }) =>
      make({ claims: JSON.stringify(claims).replace('{', String.raw`{"\u006ati":"other",`) }),
  },
  {
    name: 'a member of its key twice',
    fault: 'malformed',
    proof: ({ make, header }) =>
      make({ header: JSON.stringify(header).replace('"kty"', '"kty" : "RSA","kty"') }),
  },
  withClaims('malformed', 'more than 8,192 characters', { filler: 'x'.repeat(8192) }),
  withClaims('malformed', 'a nonce that is no text', { nonce: 7 }),
]

const HEADERS: ForgedProof[] = [
  withHeader('malformed', 'crit', { crit: ['exp'], exp: 1 }),
  withHeader('malformed', 'b64', { b64: false }),
  withHeader('malformed', 'b64 with crit', { b64: true, crit: ['b64'] }),
  withHeader('malformed', 'jku', { jku: 'https://thief.example/keys' }),
  withHeader('malformed', 'x5u', { x5u: 'https://thief.example/certificate' }),
  withHeader('malformed', 'x5c', { x5c: ['AAAA'] }),
  withHeader('wrong_type', 'no typ', { typ: undefined }),
  withHeader('wrong_type', 'typ JWT', { typ: 'JWT' }),
  withHeader('wrong_type', 'the typ of an access token', { typ: 'at+jwt' }),
  withHeader('wrong_algorithm', 'no alg', { alg: undefined }),
  withHeader('wrong_algorithm', 'alg none', { alg: 'none' }),
  withHeader('wrong_algorithm', 'alg None', { alg: 'None' }),
  withHeader('wrong_algorithm', 'alg es256', { alg: 'es256' }),
  withHeader('wrong_algorithm', 'alg RS384', { alg: 'RS384' }),
  withHeader('wrong_algorithm', 'a list of algorithms', { alg: ['ES256'] }),
  {
    name: 'alg HS256, with the public key for its secret',
    fault: 'wrong_algorithm',
    proof: ({ header, claims, key }) =>
      signedByHmac({ ...header, alg: 'HS256' }, claims, JSON.stringify(key.jwk)),
  },
]

async function signedByHmac(header: Part, claims: Part, secret: string): Promise<string> {
  const utf8 = new TextEncoder()
  const hmac = { name: 'HMAC', hash: 'SHA-256' }
  const key = await crypto.subtle.importKey('raw', utf8.encode(secret), hmac, false, ['sign'])
  const text = [header, claims].map((part) => base64url(JSON.stringify(part))).join('.')
  const signature = await crypto.subtle.sign('HMAC', key, utf8.encode(text))
  return `${text}.${base64url(new Uint8Array(signature))}`
}

const withJwk = (name: string, change: (jwk: Part) => unknown): ForgedProof => ({
  name,
  fault: 'wrong_key',
  proof: ({ make, key }) => make({ header: { jwk: change({ ...key.jwk }) } }),
})

const KEYS: ForgedProof[] = [
  withJwk('no jwk', () => undefined),
  withJwk('a jwk that is a text', JSON.stringify),
  withJwk('a jwk that is a list', (jwk) => [jwk]),
  withJwk('a symmetric jwk', () => ({ kty: 'oct', k: 'c2VjcmV0' })),
  withJwk('a public jwk with a secret beside it', (jwk) => ({ ...jwk, k: 'c2VjcmV0' })),
  ...['p', 'q', 'dp', 'dq', 'qi', 'oth'].map((name) =>
    withJwk(`a jwk with ${name}, which is of a private key`, (jwk) => ({ ...jwk, [name]: 'AQAB' })),
  ),
  withJwk('a jwk of null', () => null),
  withJwk('a kind of key that does not exist', (jwk) => ({ ...jwk, kty: 'ec' })),
  {
    name: 'RSA of more than 4096 bits',
    fault: 'wrong_key',
    proof: ({ make }) =>
      make({ header: { alg: 'RS256', jwk: { kty: 'RSA', n: 'u'.repeat(684), e: 'AQAB' } } }),
  },
  withJwk('a jwk without y', ({ y: _y, ...jwk }) => jwk),
  withJwk('a jwk whose x is padded', (jwk) => ({ ...jwk, x: `${String(jwk['x'])}=` })),
  withJwk('a curve that its alg is not for', (jwk) => ({ ...jwk, crv: 'P-384' })),
  {
    name: 'a private jwk',
    fault: 'wrong_key',
    proof: async ({ make, key }) => make({ header: { jwk: await exportJWK(key.privateKey) } }),
  },
  withHeader('wrong_key', 'an alg for another curve', { alg: 'ES384' }),
  withHeader('wrong_key', 'an alg for another kind of key', { alg: 'PS256' }),
  withHeader('wrong_key', 'an alg of Edwards curves', { alg: 'EdDSA' }),
  {
    name: 'RSA of 1024 bits',
    fault: 'wrong_key',
    proof: ({ make }) => weakRsa(1024, [1, 0, 1], make),
  },
  {
    name: 'RSA with the exponent 3',
    fault: 'wrong_key',
    proof: async ({ make }) => {
      const key = await proofKey('RS256')
      return make({ key, header: { alg: 'RS256', jwk: { ...key.jwk, e: 'Aw' } } })
    },
  },
]

async function weakRsa(
  modulusLength: number,
  exponent: number[],
  make: ProofMaker['make'],
): Promise<string> {
  const algorithm = {
    name: 'RSASSA-PKCS1-v1_5',
    hash: 'SHA-256',
    modulusLength,
    publicExponent: Uint8Array.from(exponent),
  }
  const { publicKey, privateKey } = (await crypto.subtle.generateKey(algorithm, true, [
    'sign',
    'verify',
  ])) as CryptoKeyPair
  const jwk = await exportJWK(publicKey)
  return make({ key: { alg: 'RS256', jwk, privateKey, jkt: '' }, header: { alg: 'RS256', jwk } })
}

const SIGNATURES: ForgedProof[] = [
  {
    name: 'the signature of another key',
    fault: 'wrong_signature',
    proof: async ({ make }) => make({ key: await proofKey() }),
  },
  {
    name: 'the signature of other claims',
    fault: 'wrong_signature',
    proof: async ({ make, claims }) => {
      const [header = '', , signature = ''] = (await make()).split('.')
      return `${header}.${base64url(JSON.stringify(claims))}.${signature}`
    },
  },
  {
    name: 'a signature of zeros',
    fault: 'wrong_signature',
    proof: async ({ make }) => resigned(await make(), (was) => was.map(() => 0)),
  },
  {
    name: 'half a signature',
    fault: 'wrong_signature',
    proof: async ({ make }) => resigned(await make(), (was) => was.slice(0, 32)),
  },
  {
    name: 'a point on no curve',
    fault: 'wrong_signature',
    proof: ({ make, key }) => make({ header: { jwk: { ...key.jwk, y: key.jwk.x } } }),
  },
  {
    name: 'the padding of another algorithm of the same key',
    fault: 'wrong_signature',
    proof: async ({ header, claims }) => {
      const key = await proofKey('RS256')
      return signed(key, { ...header, alg: 'PS256', jwk: key.jwk }, claims)
    },
  },
]

const REQUESTS: ForgedProof[] = [
  withClaims('no_jti', 'no jti', { jti: undefined }),
  withClaims('no_jti', 'an empty jti', { jti: '' }),
  withClaims('no_jti', 'a jti that is a number', { jti: 1 }),
  withClaims('no_jti', 'a jti of 257 characters', { jti: 'j'.repeat(257) }),
  withClaims('wrong_method', 'no htm', { htm: undefined }),
  withClaims('wrong_method', 'another method', { htm: 'DELETE' }),
  withClaims('wrong_method', 'the method in small letters', ({ method }) => ({
    htm: method.toLowerCase(),
  })),
  withClaims('wrong_method', 'a list of methods', ({ method }) => ({ htm: [method] })),
  withClaims('wrong_url', 'no htu', { htu: undefined }),
  withClaims('wrong_url', 'an htu that is a list', ({ url }) => ({ htu: [url] })),
  withUrl('the path alone', ({ pathname }) => pathname),
  withUrl('a slash at the end', (url) => `${url.href}/`),
  withUrl('a path above', (url) => `${url.origin}/`),
  withUrl('a path below', (url) => `${url.href}/1`),
  withUrl('a path in capitals', (url) => url.origin + url.pathname.toUpperCase()),
  withUrl('a path with an encoded slash', (url) => `${url.origin}/%2F${url.pathname.slice(1)}`),
  withUrl('a path encoded twice', (url) => url.href.replace(/.$/, '%2573')),
  withUrl('a backslash', (url) => `${url.origin}\\${url.pathname.slice(1)}`),
  withUrl('a line break', (url) => `${url.origin}\n${url.pathname}`),
  withUrl('a space before it', (url) => ` ${url.href}`),
  withUrl('http', (url) => url.href.replace('https:', 'http:')),
  withUrl('no slashes behind the scheme', (url) => url.href.replace('//', '')),
  withUrl('another port', (url) => url.href.replace(url.host, `${url.host}:8443`)),
  withUrl('another host', (url) => url.href.replace(url.host, 'thief.example')),
  withUrl('a host below', (url) => url.href.replace(url.host, `a.${url.host}`)),
  withUrl('a host with a dot at its end', (url) => url.href.replace(url.host, `${url.host}.`)),
  withUrl('a name alone before the host', (url) => url.href.replace(url.host, `a@${url.host}`)),
  withUrl('a name before the host', (url) => url.href.replace(url.host, `a:b@${url.host}`)),
]

const TIMES: ForgedProof[] = [
  withClaims('wrong_time', 'no iat', { iat: undefined }),
  withClaims('wrong_time', 'an iat that is a text', ({ now }) => ({ iat: String(now) })),
  withClaims('wrong_time', 'an iat of null', { iat: null }),
  {
    name: 'an endless iat',
    fault: 'wrong_time',
    proof: ({ make, claims }) =>
      make({ claims: JSON.stringify(claims).replace(/"iat":\d+/, '"iat":1e999') }),
  },
  withIat('an hour old', -3600),
  withIat('an hour ahead', 3600),
  withIat('61 seconds old', -61),
  withIat('61 seconds ahead', 61),
  withClaims('wrong_time', 'an nbf in the future', ({ now }) => ({ nbf: now + 30 })),
  withClaims('wrong_time', 'an nbf that is a text', { nbf: '0' }),
  withClaims('wrong_time', 'an exp in the past', ({ now }) => ({ exp: now - 1 })),
  withClaims('wrong_time', 'an exp of now', ({ now }) => ({ exp: now })),
  withClaims('wrong_time', 'an exp that is a text', ({ now }) => ({ exp: String(now + 60) })),
]

const TOKENS: ForgedProof[] = [
  withClaims('wrong_token', 'no ath', { ath: undefined }),
  withClaims('wrong_token', 'an empty ath', { ath: '' }),
  withClaims('wrong_token', 'the token itself for ath', ({ token }) => ({ ath: token })),
  {
    name: 'the ath of another token',
    fault: 'wrong_token',
    proof: async ({ make, token }) => make({ claims: { ath: await digestOf(`${token}x`) } }),
  },
  withClaims('wrong_token', 'a padded ath', ({ claims }) => ({ ath: `${String(claims['ath'])}=` })),
]

export const FORGED_PROOFS: ForgedProof[] = [
  ...ENVELOPES,
  ...HEADERS,
  ...KEYS,
  ...SIGNATURES,
  ...REQUESTS,
  ...TIMES,
  ...TOKENS,
]

import {
  base64url,
  bytesOf,
  byStrangers,
  type Forgery,
  json,
  type Loot,
  type Part,
  read,
  withoutSignature,
  withSpoiltSignature,
  withSymmetricKeys,
} from './forged-signatures.ts'

/** Hundreds of forgeries of one token, each of a kind that was accepted somewhere once. */
export async function forgeries(loot: Loot): Promise<Forgery[]> {
  return [
    ...withoutSignature(loot),
    ...(await withSymmetricKeys(loot)),
    ...withSpoiltSignature(loot),
    ...withTruncation(loot),
    ...withOtherHeader(loot),
    ...withOtherClaims(loot),
    ...(await byStrangers(loot)),
    ...withOtherSpelling(loot),
    ...withOtherShape(loot),
  ]
}

export function withTruncation({ token }: Loot): Forgery[] {
  const step = Math.ceil(token.length / 50)
  const lengths = Array.from({ length: 49 }, (_, i) => (i + 1) * step)
  const last = [1, 2, 3, 4].map((less) => token.length - less)
  const prefixes = [...lengths, ...last]
    .filter((length) => length < token.length)
    .map((length) => ({ kind: 'proper prefix', token: token.slice(0, length) }))
  const extended = ['A', 'AA', 'AAAA', '-', '_', '=', '.', '.A', token].map((more) => ({
    kind: 'extended',
    token: token + more,
  }))
  const suffixes = [1, 2, 10].map((start) => ({ kind: 'suffix', token: token.slice(start) }))
  return [...prefixes, ...extended, ...suffixes]
}

function withOtherHeader({ token, jwk, revokedKid, pendingKid }: Loot): Forgery[] {
  const { p, s, header } = read(token)
  const { typ: _typ, ...untyped } = header
  const { kid: _kid, ...unnamed } = header
  const url = 'https://attacker.example/keys'
  const types = ['JWT', 'jwt', 'AT+JWT', 'At+Jwt', 'application/at+jwt', 'at+jwt ', 'logout+jwt']
  const kinds: [string, Part[]][] = [
    ['other typ', [...types, '', null, 1, ['at+jwt']].map((typ) => ({ ...header, typ }))],
    ['missing typ', [untyped]],
    [
      'other kid',
      ['x', '', '../../dev/null', "' OR 1=1 --", '%', '\u0000', null, 1, ['a'], {}].map((kid) => ({
        ...header,
        kid,
      })),
    ],
    ['missing kid', [unnamed, { ...unnamed, KID: jwk.kid }]],
    ['kid of a revoked key', [{ ...header, kid: revokedKid }]],
    ['kid of a pending key', [{ ...header, kid: pendingKid }]],
    [
      'embedded jwk',
      [
        { ...header, jwk },
        { ...unnamed, jwk },
      ],
    ],
    [
      'jku',
      [
        { ...header, jku: url },
        { ...unnamed, jku: url },
      ],
    ],
    [
      'x5u',
      [
        { ...header, x5u: url },
        { ...unnamed, x5u: url },
      ],
    ],
    [
      'x5c',
      [
        { ...header, x5c: ['MIIB'] },
        { ...header, x5t: 'AAAA' },
      ],
    ],
    [
      'crit',
      [['b64'], ['exp'], ['x'], [], 'b64', null].map((crit) => ({ ...header, crit, b64: false })),
    ],
    [
      'other alg',
      ['ES384', 'ES512', 'ES256K', 'RS256', 'PS256', 'EdDSA', 'es256', null, ['ES256'], 1].map(
        (alg) => ({ ...header, alg }),
      ),
    ],
    [
      'compressed or encrypted',
      [
        { ...header, zip: 'DEF' },
        { ...header, enc: 'A256GCM' },
      ],
    ],
    ['content type', [{ ...header, cty: 'JWT' }]],
    ['unknown header', [{ ...header, x: 1 }]],
  ]
  return kinds.flatMap(([kind, headers]) =>
    headers.map((forged) => ({ kind, token: `${json(forged)}.${p}.${s}` })),
  )
}

/** Claims that a forger would like, each with the signature of the claims as they were. */
function changedClaims({ token, issuer, otherClient }: Loot): [string, Part][] {
  const { payload } = read(token)
  const [iat, exp] = [Number(payload['iat']), Number(payload['exp'])]
  const changes: [string, unknown[]][] = [
    ['sub', [otherClient, 'admin', '', null]],
    ['client_id', [otherClient, 'admin', '', null, ['a']]],
    ['aud', ['https://api.example.com', [issuer], [issuer, 'https://api.example.com'], '', '*']],
    ['scope', ['clients:manage', 'clients:read clients:manage', '*', '', null, ['clients:manage']]],
    ['exp', [exp + 1, exp + 86_400, 9_999_999_999, 1e300, null, String(exp), -1]],
    ['iat', [iat - 1, iat + 1, 0, null]],
    ['nbf', [iat + 1, 'x']],
    ['jti', ['other', '', null, `${String(payload['jti'])}0`]],
    ['gen', [1, -1, '0', null, 0.5]],
    ['iss', ['https://attacker.example', `${issuer}/`, '', null, [issuer]]],
  ]
  return changes.flatMap(([name, values]) =>
    values.map((value): [string, Part] => [name, { ...payload, [name]: value }]),
  )
}

function withOtherClaims(loot: Loot): Forgery[] {
  const { h, s, payload } = read(loot.token)
  const changed = changedClaims(loot).map(([name, claims]) => ({
    kind: `changed ${name}`,
    token: `${h}.${json(claims)}.${s}`,
  }))
  const missing = Object.keys(payload).map((name) => {
    const { [name]: _left, ...rest } = payload
    return { kind: 'missing claim', token: `${h}.${json(rest)}.${s}` }
  })
  return [...changed, ...missing]
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

/** The same bytes, written otherwise: one token must have one text, or revoking it misses the others. */
function withOtherSpelling({ token }: Loot): Forgery[] {
  const { h, p, s, header, payload } = read(token)
  const parts = [h, p, s]
  const replaced = (at: number, part: string) => parts.with(at, part).join('.')
  const each = (kind: string, change: (part: string) => string[]) =>
    parts.flatMap((part, at) => change(part).map((other) => ({ kind, token: replaced(at, other) })))
  return [
    ...each('non-canonical last character', otherLastCharacters),
    ...each('padding', (part) => [`${part}=`, `${part}==`]),
    ...each('other alphabet', (part) => [`${part.slice(0, -2)}+/`, `${part.slice(0, -1)}~`]),
    ...each('whitespace within', (part) => [
      `${part.slice(0, 5)} ${part.slice(5)}`,
      `${part.slice(0, 5)}\t${part.slice(5)}`,
    ]),
    ...each('other JSON of the same meaning', (part) =>
      part === s ? [] : [base64url(` ${new TextDecoder().decode(bytesOf(part))}`)],
    ),
    {
      kind: 'duplicate member',
      token: replaced(0, duplicate(header, '"alg":"none"')),
    },
    { kind: 'duplicate member', token: replaced(0, duplicate(header, '"typ":"at+jwt"')) },
    {
      kind: 'duplicate member',
      token: replaced(1, duplicate(payload, '"scope":"clients:manage"')),
    },
    { kind: 'duplicate member', token: replaced(1, duplicate(payload, '"exp":9999999999')) },
    { kind: 'polluted prototype', token: replaced(1, duplicate(payload, '"__proto__":{"gen":0}')) },
    { kind: 'byte order mark', token: replaced(0, base64url(`\ufeff${JSON.stringify(header)}`)) },
    { kind: 'unicode', token: `${token}é` },
    { kind: 'unicode', token: token.replace('.', '．') },
    { kind: 'unicode', token: `\u200b${token}` },
    { kind: 'case changed', token: token.toLowerCase() },
    { kind: 'case changed', token: token.toUpperCase() },
    { kind: 'percent-encoded', token: token.replaceAll('.', '%2E') },
  ]
}

/** JSON with one more member at its end. */
function duplicate(part: Part, more: string): string {
  return base64url(`${JSON.stringify(part).slice(0, -1)},${more}}`)
}

/** Characters that decode to the same bytes, their unused bits set (RFC 4648 §3.5). */
function otherLastCharacters(part: string): string[] {
  const unused = [0, 0, 4, 2][part.length % 4] ?? 0
  const last = ALPHABET.indexOf(part.at(-1) ?? '')
  const bits = 2 ** unused
  return Array.from({ length: bits }, (_, i) => Math.floor(last / bits) * bits + i)
    .filter((value) => value !== last)
    .map((value) => part.slice(0, -1) + ALPHABET.charAt(value))
}

function withOtherShape({ token }: Loot): Forgery[] {
  const { h, p, s } = read(token)
  const dots = [
    `.${token}`,
    `${h}..${p}.${s}`,
    `${h}.${p}..${s}`,
    `..${s}`,
    `${h}..${s}`,
    '..',
    '.',
  ]
  const orders = [`${p}.${h}.${s}`, `${h}.${s}.${p}`, `${s}.${p}.${h}`, `${h}.${h}.${s}`]
  const bodies = ['null', '[]', '1', '"x"', '{}', '{', '', '[{}]']
  const general = JSON.stringify({ protected: h, payload: p, signature: s })
  return [
    ...[...dots, `${h}.${p}`, p, `${h}.${p}.${s}.${s}.${s}`].map((forged) => ({
      kind: 'extra or missing dots',
      token: forged,
    })),
    ...orders.map((forged) => ({ kind: 'parts in another order', token: forged })),
    ...bodies.map((body) => ({ kind: 'other claims set', token: `${h}.${base64url(body)}.${s}` })),
    ...bodies.map((body) => ({ kind: 'other header', token: `${base64url(body)}.${p}.${s}` })),
    { kind: 'JSON serialization', token: base64url(general) },
    { kind: 'a token in a token', token: `${h}.${base64url(token)}.${s}` },
    { kind: 'very long', token: `${h}.${p}.${'A'.repeat(8000)}` },
  ]
}

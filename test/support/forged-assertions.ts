import { generateKeyPair } from 'jose'
import { assertionBy, type Signer } from './assertions-by-keys.ts'
import {
  withoutSignature,
  withSpoiltSignature,
  withSymmetricKeys,
  type Forgery,
} from './forged-signatures.ts'
import { withTruncation } from './forgeries.ts'
import { ISSUER, type Json } from './server.ts'

type Target = { signer: Signer; clientId: string; kid: string; now: number }

/** Forged assertions of one client: by strangers, and by the client itself with what must not be. */
export async function forgedAssertions(target: Target): Promise<Forgery[]> {
  const { signer, clientId, kid, now } = target
  const [token, second] = await Promise.all([
    assertionBy(signer, clientId, now, { header: { kid } }),
    assertionBy(signer, clientId, now, { header: { kid } }),
  ])
  const loot = {
    token: token ?? '',
    second: second ?? '',
    jwk: { ...signer.jwk, kid },
    revokedKid: 'revoked',
    pendingKid: 'pending',
    issuer: ISSUER,
    otherClient: 'client_ofAnother',
  }
  return [
    ...withoutSignature(loot),
    ...(await withSymmetricKeys(loot)),
    ...withSpoiltSignature(loot),
    ...withTruncation(loot),
    ...(await withClaims(target)),
    ...(await withHeaders(target)),
    ...(await byOtherKeys(target)),
  ]
}

const TOKEN_ENDPOINT = `${ISSUER}/oauth/token`

/** Signed with the right key: everything but the named claim is in order. */
async function withClaims({ signer, clientId, now }: Target): Promise<Forgery[]> {
  const kinds: [string, Json[]][] = [
    [
      'audience of another server',
      [
        'https://other.example',
        `${ISSUER}/`,
        `${ISSUER}.evil.example`,
        ISSUER.toUpperCase(),
        ISSUER.replace('https', 'http'),
      ].map((aud) => ({ aud })),
    ],
    [
      'the token endpoint as audience',
      [{ aud: TOKEN_ENDPOINT }, { aud: `${ISSUER}/oauth/introspect` }],
    ],
    [
      'several audiences',
      [
        { aud: [ISSUER, 'https://other.example'] },
        { aud: [ISSUER, ISSUER] },
        { aud: [ISSUER, TOKEN_ENDPOINT] },
      ],
    ],
    [
      'no audience',
      [
        { aud: undefined },
        { aud: '' },
        { aud: [] },
        { aud: null },
        { aud: 1 },
        { aud: { 0: ISSUER } },
        { aud: [[ISSUER]] },
      ],
    ],
    [
      'another issuer',
      [
        { iss: 'client_ofAnother' },
        { iss: '' },
        { iss: null },
        { iss: undefined },
        { iss: ISSUER },
        { iss: [clientId] },
        { iss: clientId.toUpperCase() },
      ],
    ],
    [
      'another subject',
      [
        { sub: 'client_ofAnother' },
        { sub: '' },
        { sub: null },
        { sub: undefined },
        { sub: [clientId] },
        { sub: `${clientId} ` },
        { sub: clientId.toLowerCase() },
      ],
    ],
    ['both of another', [{ iss: 'client_ofAnother', sub: 'client_ofAnother' }]],
    ['expired', [{ exp: now - 31 }, { exp: now - 3600 }, { exp: 0 }, { exp: -1 }, { exp: 1 }]],
    ['no exp', [{ exp: undefined }]],
    [
      'exp that is no number',
      [{ exp: String(now + 60) }, { exp: null }, { exp: true }, { exp: [now + 60] }],
    ],
    [
      'lives too long',
      [{ exp: now + 331 }, { exp: now + 3600 }, { exp: now + 1e9 }, { exp: 9e15 }, { exp: 1e300 }],
    ],
    ['not valid yet', [{ nbf: now + 31 }, { iat: now + 31 }, { nbf: now + 3600 }, { iat: 9e15 }]],
    [
      'times that are no numbers',
      [{ nbf: 'now' }, { iat: 'now' }, { nbf: null }, { iat: null }, { iat: {} }],
    ],
    [
      'no jti',
      [{ jti: undefined }, { jti: '' }, { jti: null }, { jti: 1 }, { jti: ['a'] }, { jti: {} }],
    ],
    ['a jti that is too long', [{ jti: 'j'.repeat(129) }, { jti: 'j'.repeat(5000) }]],
  ]
  return signedAll(kinds, (claims) => {
    const without = Object.keys(claims).filter((name) => claims[name] === undefined)
    return assertionBy(signer, clientId, now, { claims, without })
  })
}

async function withHeaders({ signer, clientId, now, kid }: Target): Promise<Forgery[]> {
  const kinds: [string, Json[]][] = [
    [
      'another type',
      [
        'at+jwt',
        'dpop+jwt',
        'secevent+jwt',
        'statuslist+jwt',
        'id_token',
        'jwt ',
        'client-authentication+JWT',
      ].map((typ) => ({ typ })),
    ],
    [
      'a kid of nobody',
      ['x', '../../dev/null', "' OR 1=1 --", '%', kid.toLowerCase(), `${kid} `].map((other) => ({
        kid: other,
      })),
    ],
    [
      'a key that comes along',
      [
        { jwk: signer.jwk },
        { jku: 'https://attacker.example/keys' },
        { x5u: 'https://attacker.example/x' },
        { x5c: ['AAAA'] },
      ],
    ],
  ]
  return signedAll(kinds, (header) => assertionBy(signer, clientId, now, { header }))
}

async function byOtherKeys({ clientId, now, kid }: Target): Promise<Forgery[]> {
  const kinds: [string, Json[]][] = [
    [
      'signed by a stranger',
      ['ES256', 'ES384', 'EdDSA', 'RS256', 'PS256', 'RS384', 'PS384', 'RS512', 'ES512'].flatMap(
        (alg) => [{ alg }, { alg, kid }],
      ),
    ],
  ]
  return signedAll(kinds, async ({ alg, ...header }) => {
    const { privateKey } = await generateKeyPair(String(alg))
    return assertionBy({ alg: String(alg), privateKey }, clientId, now, { header })
  })
}

async function signedAll(
  kinds: [string, Json[]][],
  sign: (one: Json) => Promise<string>,
): Promise<Forgery[]> {
  const all = kinds.flatMap(([kind, ones]) =>
    ones.map(async (one) => ({
      kind: `${kind}: ${JSON.stringify(one).slice(0, 60)}`,
      token: await sign(one),
    })),
  )
  return Promise.all(all)
}

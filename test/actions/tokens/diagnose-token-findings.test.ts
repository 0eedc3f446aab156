import { describe, expect, it } from 'vitest'
import { diagnoseToken } from '../../../src/actions/tokens/diagnose-token.ts'
import type { SigningKey } from '../../../src/domain/signing-key.ts'
import type { Finding } from '../../../src/domain/token-finding.ts'
import type { TokenFacts } from '../../../src/domain/credential.ts'
import { DAY } from '../../../src/domain/time.ts'
import { ISSUER, NOW, READ } from '../../domain/arbitraries.ts'
import { access, aCredential, aServer, aToken, KEY, OTHER } from '../memory-tokens.ts'

const PUBLISHED: SigningKey = {
  ...KEY,
  wrappedKey: 'wrapped',
  createdAt: NOW - DAY,
  activatesAt: NOW - DAY,
  retiresAt: null,
  revokedAt: null,
}

/** Valid JSON, and read as an infinite number. */
const INFINITE = '1e999'

const partOf = (content: unknown) =>
  btoa(JSON.stringify(content).replace(`"${INFINITE}"`, INFINITE))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replace(/=+$/, '')

type Case = {
  header?: Record<string, unknown>
  claims?: Record<string, unknown>
  facts?: Partial<TokenFacts>
  keys?: SigningKey[]
  closed?: boolean
  isSigned?: boolean
  /** Whether it has the form of our tokens. */
  isReadable?: boolean
  around?: (token: string) => string
}

/** The findings for a token that is right except for what the case changes. */
async function explained({ header = {}, claims = {}, facts = {}, ...more }: Case = {}) {
  const { keys = [PUBLISHED], closed = false, isSigned = true, isReadable = true } = more
  const known = aToken()
  const said = { ...known.claims, ...claims }
  const text = [partOf({ typ: 'at+jwt', alg: 'ES256', kid: 'key_1', ...header }), partOf(said), 'x']
  const token = text.join('.')
  const { deps, asked } = aServer(
    { [token]: { ...known, facts: { ...known.facts, ...facts } } },
    {
      closed,
    },
  )
  const { tokenVerifier } = deps
  const all = {
    ...deps,
    signingKeys: { all: async () => keys },
    tokenVerifier: {
      ...tokenVerifier,
      reference: (one: string) => (isReadable ? tokenVerifier.reference(one) : null),
      isSignedBy: async (one: string) => one === token && isSigned,
    },
  }
  const end = await diagnoseToken(all, more.around?.(token) ?? token)
  if (end.kind !== 'token') throw new Error('taken for a secret')
  return { ...end, asked }
}

async function findings(of: Case): Promise<Record<string, Omit<Finding, 'check'>>> {
  const found = (await explained(of)).findings
  return Object.fromEntries(found.map(({ check, ...finding }) => [check, finding]))
}

const good = (what = 'ok') => ({ good: true, what })
const bad = (what: string) => ({ good: false, what })

const GOOD = {
  form: good(),
  type: good(),
  algorithm: good(),
  key: good('active'),
  signature: good(),
  issuer: good(),
  expiry: { ...good(), at: NOW + 60 },
  client: good(),
  generation: good(),
  revocation: good(),
  scope: good('all'),
}

describe('what is found of a token', () => {
  it('is nothing wrong with one that is active', async () => {
    expect(await findings({})).toEqual(GOOD)
    const { active, text, asked } = await explained()
    expect(active).toBe(true)
    expect(text?.claims).toEqual(aToken().claims)
    expect(asked).toEqual([null, 'jti_1'])
  })

  const client = aToken().facts.client!
  const cases: [string, Case, object][] = [
    ['another type', { header: { typ: 'JWT' } }, { type: bad('other') }],
    ['another algorithm than its key’s', { header: { alg: 'RS256' } }, { algorithm: bad('other') }],
    ['a revoked key', { facts: { key: { ...KEY, revoked: true } } }, { key: bad('active') }],
    [
      'a key that another followed',
      { keys: [{ ...PUBLISHED, kid: 'key_2', activatesAt: NOW }, PUBLISHED] },
      { key: good('retiring') },
    ],
    [
      'a row that is no key of ours',
      { keys: [] },
      { key: bad('not_ours'), signature: { good: null, what: 'unknown' } },
    ],
    ['a wrong signature', { isSigned: false }, { signature: bad('wrong') }],
    ['an end', { claims: { exp: NOW } }, { expiry: { ...bad('expired'), at: NOW } }],
    ['an end in words', { claims: { exp: 'soon' } }, { expiry: bad('missing') }],
    ['no end', { claims: { exp: undefined } }, { expiry: bad('missing') }],
    ['an end that never comes', { claims: { exp: INFINITE } }, { expiry: bad('missing') }],
    [
      'a suspended client',
      { facts: { client: { ...client, suspended: true } } },
      { client: bad('suspended') },
    ],
    ['an older generation', { claims: { gen: 3 } }, { generation: bad('older') }],
    ['a newer generation', { claims: { gen: 5 } }, { generation: bad('newer') }],
    ['no generation', { claims: { gen: undefined } }, { generation: bad('missing') }],
    ['a generation in words', { claims: { gen: '5' } }, { generation: bad('missing') }],
    ['half a generation', { claims: { gen: 4.5 } }, { generation: bad('missing') }],
    ['a generation in a list', { claims: { gen: [5] } }, { generation: bad('missing') }],
    [
      'a generation with members',
      { claims: { gen: { toString: 5 } } },
      { generation: bad('missing') },
    ],
    ['a revocation', { facts: { revoked: true } }, { revocation: bad('revoked') }],
    [
      'a client that may do none of it',
      { facts: { client: { ...client, access: access() } } },
      { scope: bad('none') },
    ],
    [
      'a client that may do some of it',
      { claims: { scope: 'invoices:read invoices:write' } },
      { scope: good('some') },
    ],
    ['several audiences', { claims: { aud: [OTHER, READ.audience, 7] } }, { scope: good('all') }],
    ['another audience', { claims: { aud: OTHER } }, { scope: bad('none') }],
    ['no audience', { claims: { aud: undefined } }, { scope: bad('none') }],
    ['no scope', { claims: { scope: undefined } }, { scope: bad('none') }],
  ]

  it('names each thing that is not as usual, and nothing else', async () => {
    for (const [name, of, found] of cases) {
      expect(await findings(of), name).toMatchObject({ ...GOOD, ...found })
    }
  })

  it('says of an unknown key that nobody can tell the signature, and what algorithms there are', async () => {
    const facts = { key: null }
    const unknown = { key: bad('unknown'), signature: { good: null, what: 'unknown' } }
    expect(await findings({ facts })).toMatchObject({ ...unknown, algorithm: good() })
    const none = await findings({ facts, header: { alg: 'none' } })
    expect(none).toMatchObject({ ...unknown, algorithm: bad('other') })
    const missing = await findings({ facts, header: { alg: 7 } })
    expect(missing['algorithm']).toEqual(bad('other'))
  })

  it('says no more of an unknown client, nor of any client where another issued it', async () => {
    const { scope, generation, revocation, ...rest } = await findings({ facts: { client: null } })
    expect(rest['client']).toEqual(bad('unknown'))
    expect([scope, generation, revocation]).toEqual([undefined, undefined, undefined])
    const foreign = await findings({ claims: { iss: 'https://other.example.com' } })
    expect(foreign['issuer']).toEqual(bad('other'))
    expect(Object.keys(foreign)).not.toContain('client')
  })

  it('is that it is unlike ours where nothing else is wrong, and it is not active all the same', async () => {
    const { active, findings: found } = await explained({ isReadable: false })
    expect(active).toBe(false)
    expect(found.at(-1)).toEqual({ check: 'rest', ...bad('unlike_ours') })
    expect(found).toHaveLength(12)
    const { findings: wrong } = await explained({ isReadable: false, isSigned: false })
    expect(wrong.map(({ check }) => check)).not.toContain('rest')
  })

  it('is first that the server is closed, where it is: then no token is active', async () => {
    const { active, findings: found } = await explained({ closed: true })
    expect(active).toBe(false)
    expect(found[0]).toEqual({ check: 'server', ...bad('closed') })
    expect(found).toHaveLength(12)
  })

  it('is looked up by what the token says, where it says texts', async () => {
    const { asked } = await explained({ claims: { jti: 7, client_id: 7 }, header: { kid: 7 } })
    expect(asked).toEqual([null, ''])
  })
})

describe('what was pasted with a token', () => {
  const isActive = async (around: (token: string) => string) => (await explained({ around })).active

  it('is left out where it is the header or a part of it', async () => {
    expect(await isActive((token) => `Bearer ${token}`)).toBe(true)
    expect(await isActive((token) => `bearer   ${token}\n`)).toBe(true)
    expect(await isActive((token) => `Authorization: Bearer ${token}`)).toBe(true)
    expect(await isActive((token) => ` authorization:BEARER ${token} `)).toBe(true)
    expect(await isActive((token) => `authorization:   bearer ${token}`)).toBe(true)
  })

  it('is taken as a part of it where it is something else', async () => {
    expect(await isActive((token) => `Basic ${token}`)).toBe(false)
    expect(await isActive((token) => `x Bearer ${token}`)).toBe(false)
    expect(await isActive((token) => `Bearer${token}`)).toBe(false)
    expect(await isActive((token) => `${token.slice(0, 9)}Bearer ${token.slice(9)}`)).toBe(false)
  })
})

describe('a secret', () => {
  const KEY_ID = 'AbCdEfGhIj09'
  const explain = (text: string, credential = aCredential()) => {
    const { deps, asked } = aServer({}, { credential })
    const all = { ...deps, issuer: ISSUER, signingKeys: { all: async () => [] } }
    return diagnoseToken(all, text).then((end) => ({ end, asked }))
  }
  const LEAST = `pc_${KEY_ID}_${'xY9'.repeat(7).slice(1)}`

  it('is known by its beginning, and its client by its key id', async () => {
    for (const text of [LEAST, `secret=${LEAST}`, `"${LEAST}"`, `a b ${LEAST}more`]) {
      const { end, asked } = await explain(text)
      expect(end, text).toEqual({ kind: 'secret', clientId: 'client_1' })
      expect(asked, text).toEqual([KEY_ID, null])
    }
  })

  it('is not seen in less of it, in a part of a word or token, or in another form', async () => {
    const others = [
      LEAST.slice(0, -1),
      `a${LEAST}`,
      `_${LEAST}`,
      `eyJ-${LEAST}`,
      LEAST.replace('AbC', 'A-C'),
      LEAST.replace('AbC', 'AC'),
      LEAST.replace('_Y9', '_-9'),
    ]
    for (const text of others) {
      const { end, asked } = await explain(text)
      expect(end, text).toEqual({
        kind: 'token',
        active: false,
        findings: [{ check: 'form', good: false, what: 'not_three_parts' }],
        text: null,
      })
      expect(asked, text).toEqual([])
    }
  })
})

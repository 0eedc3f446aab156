import { describe, expect, it } from 'vitest'
import {
  type Diagnosed,
  diagnoseFederation,
} from '../../../src/actions/federation/diagnose-federation.ts'
import { chosenRule, judgeRules } from '../../../src/actions/federation/match-rules.ts'
import type { ClientRule } from '../../../src/domain/federation.ts'
import type { WorkloadToken } from '../../../src/domain/workload-token.ts'
import { ISSUER, NOW } from '../../domain/arbitraries.ts'
import { anIssuer } from './issuers.ts'

const SUB = 'repo:example/app'
const CLAIMS = { iss: 'https://ci.example', sub: SUB, aud: ISSUER, iat: NOW, exp: NOW + 60 }

const aRule = (fields: Partial<ClientRule> = {}): ClientRule => ({
  clientId: 'client_1',
  credentialId: 'fed_1',
  issuerId: 'iss_ci',
  subject: SUB,
  claims: {},
  tokenLifetime: 600,
  expiresAt: null,
  ...fields,
})

/** Trust in one issuer, with these rules, which notes the questions to it. */
function trustIn(rules: ClientRule[], { isFresh = true } = {}) {
  const asked: unknown[] = []
  const trust = {
    issuers: async (...of: unknown[]) => {
      asked.push(['issuers', ...of])
      return { issuers: [anIssuer()], isFresh }
    },
    rules: async (...of: unknown[]) => {
      asked.push(['rules', ...of])
      return { rules, isFresh }
    },
    lastIssuers: () => [],
    forget: () => {},
  }
  return { trust, asked }
}

describe('the rules that could mean a token', () => {
  const wanted = { clientId: '', issuer: anIssuer(), claims: CLAIMS }

  it('are those of its subject, or of the client that is named', async () => {
    const other = aRule({ issuerId: 'iss_other' })
    const { trust, asked } = trustIn([other, aRule()], { isFresh: false })
    const found = await judgeRules({ trust }, wanted, NOW)
    const condition = { claim: 'sub', expected: SUB, actual: SUB, holds: true, why: '' }
    expect(found).toEqual({
      judged: [{ rule: aRule(), conditions: [condition], isExpired: false, matches: true }],
      isFresh: false,
    })
    await judgeRules({ trust }, { ...wanted, clientId: 'client_1' }, NOW, 'afresh')
    expect(asked).toEqual([
      ['rules', { issuerId: 'iss_ci', subject: SUB }, NOW, undefined],
      ['rules', { clientId: 'client_1' }, NOW, 'afresh'],
    ])
  })

  it('are none where neither is told, and nothing is asked for', async () => {
    const { trust, asked } = trustIn([aRule()])
    for (const sub of [undefined, 7]) {
      const found = await judgeRules({ trust }, { ...wanted, claims: { ...CLAIMS, sub } }, NOW)
      expect(found).toEqual({ judged: [], isFresh: true })
    }
    expect(asked).toEqual([])
  })

  it('match until they end, and where each condition holds', async () => {
    const rules = [
      aRule({ expiresAt: NOW }),
      aRule({ expiresAt: NOW + 1 }),
      aRule({ claims: { ref: 'main' } }),
    ]
    const { judged } = await judgeRules({ trust: trustIn(rules).trust }, wanted, NOW)
    expect(judged.map((one) => [one.isExpired, one.matches])).toEqual([
      [true, false],
      [false, true],
      [false, false],
    ])
  })
})

it('one rule lets a token in: without a client’s name it must be for one client alone', () => {
  const judged = (clientId: string, credentialId: string, matches = true) => ({
    rule: aRule({ clientId, credentialId }),
    conditions: [],
    isExpired: false,
    matches,
  })
  const first = judged('client_1', 'fed_1')
  const [again, other] = [judged('client_1', 'fed_2'), judged('client_2', 'fed_3')]
  expect(chosenRule([judged('client_2', 'fed_3', false), first, again], '')).toEqual(first.rule)
  expect(chosenRule([first, other], '')).toBeNull()
  expect(chosenRule([first, other], 'client_1')).toEqual(first.rule)
  expect(chosenRule([judged('client_1', 'fed_1', false)], '')).toBeNull()
})

describe('a diagnosis', () => {
  function diagnose(given: Diagnosed, rules: ClientRule[], claims: object | null = CLAIMS) {
    const { trust, asked } = trustIn(rules)
    const texts: string[] = []
    const read = (text: string): WorkloadToken | null => {
      texts.push(text)
      return claims && { alg: 'none', kid: null, claims: { ...claims } }
    }
    const deps = {
      trust,
      now: () => NOW,
      issuer: ISSUER,
      workloadTokens: { read } as never,
      remoteKeys: {} as never,
    }
    return { found: diagnoseFederation(deps, given, ''), asked, texts }
  }
  const unsigned = (claims: Record<string, unknown> = CLAIMS): Diagnosed => ({
    issuer: 'https://ci.example',
    claims: { ...claims, iss: 'https://other.example' },
  })

  it('of claims says which client they would be, by what is stored', async () => {
    const { found, asked } = diagnose(unsigned(), [aRule()])
    expect(await found).toMatchObject({
      issuer: anIssuer(),
      claims: CLAIMS,
      rules: [{ rule: aRule(), matches: true }],
      clientId: 'client_1',
      isUnsigned: true,
    })
    expect(asked).toEqual([
      ['issuers', NOW, 'afresh'],
      ['issuers', NOW],
      ['rules', { issuerId: 'iss_ci', subject: SUB }, NOW, 'afresh'],
    ])
  })

  it('of claims that would be none says so', async () => {
    const late = diagnose(unsigned({ ...CLAIMS, exp: NOW - 60 }), [aRule()])
    expect(await late.found).toMatchObject({ clientId: null, rules: [{ matches: true }] })
    const unmatched = diagnose(unsigned(), [aRule({ subject: 'other' })])
    expect(await unmatched.found).toMatchObject({ clientId: null, rules: [{ matches: false }] })
    const given = { issuer: 'https://nobody.example', claims: CLAIMS }
    const unknown = diagnose(given, [aRule()])
    expect(await unknown.found).toEqual({
      issuer: null,
      claims: { ...CLAIMS, iss: 'https://nobody.example' },
      checks: [expect.objectContaining({ check: 'issuer', holds: false })],
      rules: [],
      clientId: null,
      isUnsigned: true,
    })
  })

  it('of a token reads it without the space around it', async () => {
    const { found, texts } = diagnose({ assertion: ' token\n' }, [aRule()])
    const { checks, clientId, isUnsigned } = await found
    expect([texts, clientId, isUnsigned]).toEqual([['token'], null, false])
    expect(checks[2]).toEqual({
      check: 'algorithm',
      holds: false,
      detail: 'none is not one of its algorithms: RS256',
    })
    expect(await diagnose({ assertion: 'text' }, [], null).found).toMatchObject({
      issuer: null,
      checks: [{ check: 'form', holds: false }],
      isUnsigned: false,
    })
  })
})

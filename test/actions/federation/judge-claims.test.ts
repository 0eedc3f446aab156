import { describe, expect, it } from 'vitest'
import {
  judgeClaims,
  judgeToken,
  type JudgeDeps,
} from '../../../src/actions/federation/judge-token.ts'
import type { TrustedIssuer } from '../../../src/domain/federation.ts'
import type { WorkloadToken } from '../../../src/domain/workload-token.ts'
import { ISSUER, NOW } from '../../domain/arbitraries.ts'
import { anIssuer } from './issuers.ts'

const CI = 'https://ci.example'
const FINE = { iss: CI, sub: 'job-1', aud: ISSUER, iat: NOW - 10, exp: NOW + 890 }
const KEY = { kid: 'first', alg: null }

/** As much of a server as the claims of these issuers' tokens are judged by. */
function depsWith(issuers: TrustedIssuer[], read: WorkloadToken | null = null) {
  const asked: unknown[] = []
  const signers: unknown[][] = []
  const deps = {
    issuer: ISSUER,
    trust: {
      issuers: async (_now: number, afresh?: string) => {
        asked.push(afresh)
        return { issuers, isFresh: true }
      },
    },
    workloadTokens: {
      read: () => read,
      isSignedBy: async (...by: unknown[]) => signers.push(by) > 0,
    },
  } as unknown as JudgeDeps
  return { deps, asked, signers }
}

/** The finding of one check of these claims. */
async function checkOf(
  check: string,
  claims: Record<string, unknown>,
  fields: Partial<TrustedIssuer> = {},
) {
  const { checks } = await judgeClaims(
    depsWith([anIssuer(fields)]).deps,
    { ...FINE, ...claims },
    NOW,
  )
  const found = checks.find((one) => one.check === check)
  return found && [found.holds, found.detail]
}

describe('the claims of a workload’s token', () => {
  it('are judged one by one, whichever fails', async () => {
    const issuer = anIssuer({ checkJti: true })
    expect(await judgeClaims(depsWith([issuer]).deps, FINE, NOW)).toEqual({
      issuer,
      claims: FINE,
      checks: [
        { check: 'issuer', holds: true, detail: `CI: ${CI}` },
        { check: 'subject', holds: true, detail: 'job-1' },
        { check: 'audience', holds: true, detail: `aud is "${ISSUER}"; it must be ${ISSUER}` },
        { check: 'time', holds: true, detail: 'It expires in 890 seconds.' },
        {
          check: 'lifetime',
          holds: true,
          detail: 'Its lifetime is 900 seconds; at most 900 are accepted.',
        },
        { check: 'jti', holds: false, detail: 'A token of this issuer must have a jti.' },
      ],
    })
  })

  it('name a subject, whatever the rules ask for', async () => {
    for (const sub of [undefined, null, '', 7, ['job-1'], {}]) {
      expect(await checkOf('subject', { sub })).toEqual([false, 'A token must have a sub, a text.'])
    }
  })

  it('name this server as their audience, or one of those that are accepted instead', async () => {
    expect(await checkOf('audience', { aud: undefined })).toEqual([
      false,
      `aud is null; it must be ${ISSUER}`,
    ])
    expect(await checkOf('audience', { aud: ['x', ISSUER] })).toEqual([
      true,
      `aud is ["x","${ISSUER}"]; it must be ${ISSUER}`,
    ])
    const audiences = ['api://a', 'api://b']
    const wanted = 'it must be api://a or api://b'
    expect(await checkOf('audience', {}, { audiences })).toEqual([
      false,
      `aud is "${ISSUER}"; ${wanted}`,
    ])
    expect(await checkOf('audience', { aud: [7, 'api://b'] }, { audiences })).toEqual([
      true,
      `aud is [7,"api://b"]; ${wanted}`,
    ])
    expect(await checkOf('audience', { aud: [] }, { audiences })).toEqual([
      false,
      `aud is []; ${wanted}`,
    ])
  })

  it.each<[Record<string, unknown>, boolean, string]>([
    [{ exp: undefined }, false, 'exp is not a number: a token must expire.'],
    [{ exp: Infinity }, false, 'exp is not a number: a token must expire.'],
    [{ exp: NOW - 60 }, false, 'It expired 60 seconds ago.'],
    [{ exp: NOW - 59 }, true, 'It expires in -59 seconds.'],
    [{ exp: NOW + 0.6 }, true, 'It expires in 1 seconds.'],
    [{ nbf: 'soon' }, false, 'nbf is not a number.'],
    [{ iat: null }, false, 'iat is not a number.'],
    [{ iat: NOW + 61 }, false, 'iat is 61 seconds ahead.'],
    [{ nbf: NOW + 61 }, false, 'nbf is 61 seconds ahead.'],
    [{ iat: NOW + 60, nbf: NOW + 60 }, true, 'It expires in 890 seconds.'],
    [{ iat: undefined }, true, 'It expires in 890 seconds.'],
  ])('hold in time, with a minute for clocks that differ: %j', async (claims, holds, detail) => {
    expect(await checkOf('time', claims)).toEqual([holds, detail])
  })

  it.each<[Record<string, unknown>, boolean, string]>([
    [{ exp: NOW + 891 }, false, 'Its lifetime is 901 seconds; at most 900 are accepted.'],
    [{ nbf: NOW - 500 }, true, 'Its lifetime is 900 seconds; at most 900 are accepted.'],
    [
      { iat: undefined, nbf: NOW - 11 },
      false,
      'Its lifetime is 901 seconds; at most 900 are accepted.',
    ],
    [{ iat: undefined }, false, 'It has neither iat nor nbf: its lifetime is unknown.'],
    [{ exp: undefined }, false, 'It has neither iat nor nbf: its lifetime is unknown.'],
  ])('live no longer than the issuer’s may: %j', async (claims, holds, detail) => {
    expect(await checkOf('lifetime', claims)).toEqual([holds, detail])
  })

  it('have a name of their own where each is accepted once', async () => {
    const once = { checkJti: true }
    expect(await checkOf('jti', { jti: 'x' })).toBeUndefined()
    for (const jti of ['x', 'x'.repeat(200)]) {
      expect(await checkOf('jti', { jti }, once)).toEqual([true, 'It is accepted only once.'])
    }
    for (const jti of ['', 'x'.repeat(201), 7, null, ['x']]) {
      const lacking = [false, 'A token of this issuer must have a jti.']
      expect(await checkOf('jti', { jti }, once)).toEqual(lacking)
    }
  })
})

describe('the issuer of a workload’s token', () => {
  const spiffe = anIssuer({
    issuerId: 'iss_spiffe',
    issuer: 'spiffe://example.org',
    preset: 'spiffe',
  })
  const found = async (claims: Record<string, unknown>) => {
    const { issuer, checks } = await judgeClaims(depsWith([spiffe, anIssuer()]).deps, claims, NOW)
    return [issuer?.issuerId ?? null, checks[0]?.detail]
  }

  it('is the one of its iss, or for SPIFFE that of the trust domain', async () => {
    const none = (named: string) => [null, `No trusted issuer has exactly this iss: ${named}`]
    expect(await found({ iss: CI })).toEqual(['iss_ci', `CI: ${CI}`])
    const domain = ['iss_spiffe', 'CI: spiffe://example.org']
    expect(await found({ sub: 'spiffe://example.org/payroll' })).toEqual(domain)
    const both = { iss: CI, sub: 'spiffe://example.org/payroll' }
    expect(await found(both)).toEqual(domain)
    expect(await found({ iss: `${CI}/` })).toEqual(none(`${CI}/`))
    for (const sub of ['spiffe://example.orgy/payroll', 'spiffe://example.org', 7, undefined]) {
      expect(await found({ sub })).toEqual(none('(not text)'))
    }
    expect(await found({ iss: 'spiffe://example.org' })).toEqual(none('spiffe://example.org'))
  })

  it('is looked for once more where those that are remembered lack it', async () => {
    const asked: unknown[] = []
    const trustOf = (late: boolean) => ({
      issuers: async (_now: number, afresh?: string) => {
        asked.push(afresh)
        return { issuers: late && afresh === undefined ? [] : [anIssuer()], isFresh: false }
      },
    })
    const judge = (late: boolean) =>
      judgeClaims({ issuer: ISSUER, trust: trustOf(late) } as unknown as JudgeDeps, FINE, NOW)
    expect((await judge(true)).issuer).toEqual(anIssuer())
    expect((await judge(false)).issuer).toEqual(anIssuer())
    expect(asked).toEqual([undefined, 'afresh', undefined])
    const fresh = depsWith([])
    await judgeClaims(fresh.deps, FINE, NOW)
    expect(fresh.asked).toEqual([undefined])
  })
})

describe('the form of a workload’s token', () => {
  const form = { check: 'form', holds: true, detail: 'A signed JWT.' }

  it('is a signed JWT, or nothing else is looked at', async () => {
    const { deps, asked } = depsWith([anIssuer()])
    expect(await judgeToken(deps, 'text', NOW)).toEqual({
      issuer: null,
      claims: {},
      checks: [
        {
          check: 'form',
          holds: false,
          detail:
            'It is not a signed JWT in the compact form, or its header has something that is never accepted.',
        },
      ],
    })
    expect(asked).toEqual([])
  })

  it('is told before an issuer that is not believed', async () => {
    const claims = { iss: 'https://other.example' }
    const { deps } = depsWith([anIssuer()], { alg: 'RS256', kid: null, claims })
    const detail = 'No trusted issuer has exactly this iss: https://other.example'
    expect(await judgeToken(deps, 'text', NOW)).toEqual({
      issuer: null,
      claims,
      checks: [form, { check: 'issuer', holds: false, detail }],
    })
  })

  it('is signed with one of the issuer’s algorithms', async () => {
    const issuer = anIssuer({
      algorithms: ['ES256', 'EdDSA'],
      keys: { from: 'upload', keys: [KEY as never] },
    })
    const judge = async (alg: string) => {
      const { deps, signers } = depsWith([issuer], { alg, kid: 'first', claims: FINE })
      const { checks } = await judgeToken(deps, 'text', NOW)
      return { checks: checks.map(({ check, holds, detail }) => [check, holds, detail]), signers }
    }
    const claims = [
      ['subject', true, 'job-1'],
      ['audience', true, `aud is "${ISSUER}"; it must be ${ISSUER}`],
      ['time', true, 'It expires in 890 seconds.'],
      ['lifetime', true, 'Its lifetime is 900 seconds; at most 900 are accepted.'],
    ]
    const known = [
      ['form', true, 'A signed JWT.'],
      ['issuer', true, `CI: ${CI}`],
    ]
    const wrong = ['algorithm', false, 'RS256 is not one of its algorithms: ES256, EdDSA']
    expect(await judge('RS256')).toEqual({ checks: [...known, wrong, ...claims], signers: [] })
    expect(await judge('Ed25519')).toEqual({
      checks: [
        ...known,
        ['algorithm', true, 'Ed25519'],
        ['key', true, 'its key first'],
        ['signature', true, 'By its key first'],
        ...claims,
      ],
      signers: [['text', KEY, 'EdDSA']],
    })
    expect((await judge('EdDSA')).signers).toEqual([['text', KEY, 'EdDSA']])
  })
})

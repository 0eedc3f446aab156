import { describe, expect, it } from 'vitest'
import {
  judgeClaims,
  judgeToken,
  type JudgeDeps,
} from '../../../src/actions/federation/judge-token.ts'
import { Refusal } from '../../../src/domain/errors.ts'
import { NOW } from '../../domain/arbitraries.ts'

const FIRST = { kid: 'first', alg: null }
const SECOND = { kid: 'second', alg: 'RS256' }
const OTHER = { kid: 'other', alg: 'ES256' }

type Keys =
  | { from: 'upload'; keys: unknown[] }
  | { from: 'uri'; uri: string }
  | { from: 'discovery' }
type Read = (asked: unknown[]) => unknown[] | Promise<unknown[]>

/** Judges a token that names a key, of an issuer whose keys come from there. */
async function judged(keys: Keys, kid: string | null, read: Read = () => []) {
  const issuer = {
    name: 'CI',
    issuer: 'https://ci.example',
    preset: 'custom',
    algorithms: ['RS256'],
    audiences: [],
    maxLifetime: 900,
    checkJti: false,
    keys,
  }
  const [asked, tried]: [unknown[][], unknown[]] = [[], []]
  const deps = {
    issuer: 'https://auth.example',
    trust: { issuers: async () => ({ issuers: [issuer], isFresh: true }) },
    workloadTokens: {
      read: () => ({ alg: 'RS256', kid, claims: { iss: issuer.issuer } }),
      isSignedBy: async (_token: string, key: unknown) => tried.push(key) > 0 && key === FIRST,
    },
    remoteKeys: {
      async of(...question: unknown[]) {
        asked.push(question)
        return read(question)
      },
    },
  } as unknown as JudgeDeps
  const { checks } = await judgeToken(deps, 'token', NOW)
  const key = checks.find(({ check }) => check === 'key')
  const signature = checks.find(({ check }) => check === 'signature')
  return { key, signature, asked, tried }
}

describe('the key of a workload’s token', () => {
  it('is one that was uploaded', async () => {
    const upload = { from: 'upload' as const, keys: [FIRST, SECOND] }
    const found = await judged(upload, 'first')
    expect(found.key).toEqual({ check: 'key', holds: true, detail: 'its key first' })
    expect(found.signature).toMatchObject({ holds: true, detail: 'By its key first' })
    expect([found.asked, found.tried]).toEqual([[], [FIRST]])
    const lacking = await judged(upload, 'third')
    expect(lacking.key).toMatchObject({
      holds: false,
      detail: 'None of the uploaded keys has the kid third',
    })
    expect(lacking.signature).toBeUndefined()
  })

  it('is any where none is named, but for those of another algorithm', async () => {
    const upload = { from: 'upload' as const, keys: [OTHER, SECOND, FIRST] }
    const found = await judged(upload, null)
    expect(found.key).toMatchObject({ holds: true, detail: 'any of its keys' })
    expect(found.signature).toMatchObject({ holds: true, detail: 'By any of its keys' })
    expect(found.tried).toEqual([SECOND, FIRST])
    const wrong = await judged({ from: 'upload', keys: [SECOND] }, null)
    expect(wrong.signature).toMatchObject({ holds: false, detail: 'Not by any of its keys' })
  })

  it.each([
    [{ from: 'uri', uri: 'https://ci.example/keys' }, { jwksUri: 'https://ci.example/keys' }],
    [{ from: 'discovery' }, { issuer: 'https://ci.example' }],
  ] as const)('is read where the issuer has it: %j', async (keys, source) => {
    const found = await judged(keys, 'first', () => [FIRST])
    expect(found.asked).toEqual([[source, NOW]])
    expect(found.signature?.holds).toBe(true)
  })

  it('is looked for once more where the keys that are known lack it', async () => {
    const late: Read = ([, , why]) => (why === 'lacking' ? [FIRST] : [SECOND])
    const found = await judged({ from: 'discovery' }, 'first', late)
    expect(found.asked.map(([, , why]) => why)).toEqual([undefined, 'lacking'])
    expect(found.signature?.holds).toBe(true)
    const never = await judged({ from: 'discovery' }, 'first', () => [SECOND])
    expect(never.key).toMatchObject({
      holds: false,
      detail: 'Its key set has no key with the kid first',
    })
  })

  it('is none where there are no keys at all', async () => {
    const uploaded = await judged({ from: 'upload', keys: [] }, null)
    expect(uploaded.key?.detail).toBe('None of the uploaded keys has the kid ')
    const published = await judged({ from: 'discovery' }, null)
    expect(published.key?.detail).toBe('Its key set has no key with the kid ')
  })

  it('is none where the keys cannot be read, and a bug is told as one', async () => {
    const refused = await judged({ from: 'discovery' }, 'first', () =>
      Promise.reject(new Refusal('conflict', 'down')),
    )
    expect(refused.key).toMatchObject({ holds: false, detail: 'Its keys cannot be read.' })
    const bug = judged({ from: 'discovery' }, 'first', () => Promise.reject(new TypeError('a bug')))
    await expect(bug).rejects.toThrow('a bug')
  })
})

it('claims of an issuer that nobody trusts are judged no further', async () => {
  const trust = { issuers: async () => ({ issuers: [], isFresh: true }) }
  const claims = { iss: 'https://other.example' }
  const detail = 'No trusted issuer has exactly this iss: https://other.example'
  expect(await judgeClaims({ trust } as unknown as JudgeDeps, claims, NOW)).toEqual({
    issuer: null,
    claims,
    checks: [{ check: 'issuer', holds: false, detail }],
  })
})

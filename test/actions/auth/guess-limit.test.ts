import { describe, expect, it } from 'vitest'
import { authorizeAdministration } from '../../../src/actions/auth/authorize-administration.ts'
import { guessBootstrapToken, isBootstrapToken } from '../../../src/actions/auth/guess-limit.ts'
import { ISSUER, NOW } from '../../domain/arbitraries.ts'
import { aServer, aToken } from '../memory-tokens.ts'

const HERE = '192.0.2.1'

/** A server at which the counter says this of a guess, before and after it was looked at. */
function counting({ wait = 0, waitAfter = 0 } = {}, tokens = {}) {
  const counted: unknown[] = []
  const guesses = {
    wait: async (...of: unknown[]) => {
      counted.push(['wait', ...of])
      return wait
    },
    record: async (...of: unknown[]) => {
      counted.push(['record', ...of])
      return waitAfter
    },
  }
  return { deps: { ...aServer(tokens).deps, guesses }, counted }
}

const guess = (secret: string) => ({ address: HERE, name: '', secret })

const TOO_MANY = {
  code: 'too_many_requests',
  message: 'Too many attempts. Wait 7 seconds.',
  extras: { retryAfter: 7 },
}

describe('a guess of the bootstrap token', () => {
  it('is counted by its address and its text, where it is wrong', async () => {
    const { deps, counted } = counting()
    expect(await isBootstrapToken(deps, 'wrong', HERE)).toBe(false)
    expect(counted).toEqual([
      ['wait', guess('wrong'), NOW],
      ['record', guess('wrong'), NOW],
    ])
  })

  it('is not counted where it is right', async () => {
    const { deps, counted } = counting()
    expect(await isBootstrapToken(deps, 'bootstrap', HERE)).toBe(true)
    expect(counted).toEqual([['wait', guess('bootstrap'), NOW]])
  })

  it('is not looked at after too many, right or wrong', async () => {
    const { deps, counted } = counting({ wait: 7 })
    for (const text of ['bootstrap', 'wrong']) {
      await expect(isBootstrapToken(deps, text, HERE)).rejects.toMatchObject(TOO_MANY)
    }
    expect(counted).toHaveLength(2)
    const outcome = await guessBootstrapToken(deps, 'bootstrap', HERE)
    expect(outcome).toEqual({ isRight: false, retryAfter: 7 })
  })

  it('waits where it is wrong and one too many', async () => {
    const { deps } = counting({ waitAfter: 7 })
    await expect(isBootstrapToken(deps, 'wrong', HERE)).rejects.toMatchObject(TOO_MANY)
    expect(await isBootstrapToken(deps, 'bootstrap', HERE)).toBe(true)
  })
})

describe('who administers by a Bearer token', () => {
  it('waits like whoever guesses, where it is none of ours by its form', async () => {
    const { deps } = counting({ wait: 7 })
    await expect(authorizeAdministration(deps, 'x', HERE)).rejects.toMatchObject(TOO_MANY)
  })

  it('is no guess where it is an access token, valid or not', async () => {
    const token = aToken({ aud: ISSUER, scope: 'clients:read' })
    const stale = aToken({ jti: 'jti_2', aud: ISSUER, scope: 'clients:read' }, [])
    const { deps, counted } = counting({ wait: 7 }, { token, stale })
    expect(await authorizeAdministration(deps, 'token', HERE)).toMatchObject({ id: 'client_1' })
    const refused = authorizeAdministration(deps, 'stale', HERE)
    await expect(refused).rejects.toMatchObject({ code: 'invalid_token' })
    expect(counted).toEqual([])
  })
})

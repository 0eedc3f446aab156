import { describe, expect, it } from 'vitest'
import { activeToken } from '../../../src/actions/auth/active-token.ts'
import { authorizeAdministration } from '../../../src/actions/auth/authorize-administration.ts'
import type { TokenFacts } from '../../../src/domain/credential.ts'
import { ISSUER, READ } from '../../domain/arbitraries.ts'
import { access, aServer, aToken, KEY, type Known, OTHER } from '../memory-tokens.ts'

const HERE = '192.0.2.1'

const CLOSED = {
  name: 'Unavailable',
  what: 'configuration',
  message: 'configuration is out of reach: the server is closed for maintenance',
}

describe('an active token', () => {
  const judge = (facts: TokenFacts | undefined, closed = false) => {
    const known = aToken()
    return activeToken(aServer({ token: known }, { closed }).deps, 'token', facts)
  }

  it('is what D1 knows nothing against', async () => {
    const { claims, facts } = aToken()
    expect(await judge(facts)).toEqual(claims)
  })

  it('is none of which D1 knows something else', async () => {
    const { client } = aToken().facts
    const others: Record<string, Partial<TokenFacts>> = {
      'its client is gone': { client: null },
      'its key is unknown': { key: null },
      'its key is revoked': { key: { ...KEY, revoked: true } },
      'it is revoked': { revoked: true },
      'its client is suspended': { client: { ...client!, suspended: true } },
      'it is of an older generation': { client: { ...client!, generation: 5 } },
      'it is of a newer generation': { client: { ...client!, generation: 3 } },
      'its client may do nothing of it': { client: { ...client!, access: access() } },
    }
    for (const [why, fields] of Object.entries(others)) {
      expect(await judge({ ...aToken().facts, ...fields }), why).toBeNull()
    }
    expect(await judge(undefined)).toBeNull()
  })

  it('is none that another key signed', async () => {
    expect(await judge({ ...aToken().facts, key: { ...KEY } })).toBeNull()
  })

  it('has the scope that its client still holds', async () => {
    const known = aToken({ scope: 'invoices:read invoices:write' }, [READ])
    const { deps } = aServer({ token: known })
    const claims = await activeToken(deps, 'token', known.facts)
    expect(claims).toEqual({ ...known.claims, scope: 'invoices:read' })
  })

  it('is not told from another while the server is closed', async () => {
    await expect(judge(aToken().facts, true)).rejects.toMatchObject(CLOSED)
    await expect(judge(undefined, true)).rejects.toMatchObject(CLOSED)
  })

  it('INV-22: is not told from another while the database is known to be taken back', async () => {
    const shut = { name: 'Unavailable', what: 'd1' }
    await expect(judge({ ...aToken().facts, shut: true })).rejects.toMatchObject(shut)
    const { deps } = aServer({ token: aToken({ aud: ISSUER }) }, { shut: true })
    await expect(authorizeAdministration(deps, 'token', HERE)).rejects.toMatchObject(shut)
    expect(await authorizeAdministration(deps, 'bootstrap', HERE)).toMatchObject({
      type: 'bootstrap',
    })
  })
})

describe('who administers by a token', () => {
  const own = (scope: string, aud = ISSUER) => aToken({ aud, scope })

  it('is its client, with those of its scopes that Portcullis knows as its own', async () => {
    const { deps } = aServer({ token: own('clients:read audit:read toString') })
    expect(await authorizeAdministration(deps, 'token', HERE)).toEqual({
      type: 'client',
      id: 'client_1',
      permissions: ['clients:read', 'audit:read'],
    })
  })

  it('is whoever has the bootstrap token, for which nothing is read', async () => {
    const { deps, asked } = aServer({})
    const principal = await authorizeAdministration(deps, 'bootstrap', HERE)
    expect(principal).toEqual({ type: 'bootstrap', id: 'bootstrap' })
    expect(asked).toEqual([])
  })

  it.each([
    ['is for another audience', { token: own('clients:read', OTHER) }],
    ['has another form, and is not the bootstrap token', {}],
    ['is not active', { token: { ...own('clients:read'), facts: aToken({}, []).facts } }],
  ])('is nobody when it %s', async (_, tokens: Record<string, Known>) => {
    await expect(
      authorizeAdministration(aServer(tokens).deps, 'token', HERE),
    ).rejects.toMatchObject({
      code: 'invalid_token',
      message: 'The access token is not active here.',
    })
  })
})

import { describe, expect, it } from 'vitest'
import { inspectToken, introspectToken } from '../../../src/actions/tokens/introspect-token.ts'
import type { Permission } from '../../../src/domain/permission.ts'
import { formatSecret } from '../../../src/domain/secret-text.ts'
import { ISSUER, READ } from '../../domain/arbitraries.ts'
import { aCredential, aServer, aToken, type Known, on, OTHER } from '../memory-tokens.ts'

describe('a caller in the same account', () => {
  it('learns of any active token, by one read', async () => {
    const known = aToken()
    const { deps, asked } = aServer({ token: known })
    expect(await inspectToken(deps, 'token')).toEqual(known.claims)
    expect(asked).toEqual([null, 'jti_1'])
  })

  it('learns that other texts are none, without a read', async () => {
    const { deps, asked } = aServer({})
    expect(await inspectToken(deps, 'nonsense')).toBeNull()
    expect(asked).toEqual([])
  })
})

describe('a caller by a Bearer token', () => {
  const token = aToken({ jti: 'jti_2', client_id: 'client_2', sub: 'client_2' })
  const caller = (scope: string) => aToken({ aud: ISSUER, scope })

  async function introspect(tokens: Record<string, Known>) {
    const { deps, asked } = aServer({ token, ...tokens })
    const request = { caller: { bearer: 'caller' }, token: 'token' }
    const end: unknown = await introspectToken(deps, request).catch((error: unknown) => error)
    return { end, asked }
  }

  it('learns of every token with the right on Portcullis itself, by one read', async () => {
    const { end, asked } = await introspect({ caller: caller('tokens:introspect') })
    expect(end).toEqual(token.claims)
    expect(asked).toEqual([null, 'jti_1', 'jti_2'])
  })

  it('is refused without the scope for it, which is named', async () => {
    const { end } = await introspect({ caller: caller('clients:read') })
    expect(end).toMatchObject({
      code: 'insufficient_scope',
      message: 'This needs tokens:introspect.',
      extras: { scope: 'tokens:introspect' },
    })
  })

  it.each([
    ['for another audience', { caller: aToken({ scope: 'tokens:introspect', aud: OTHER }) }],
    ['that is none', {}],
  ])('is refused with a token %s', async (_, tokens: Record<string, Known>) => {
    const { end } = await introspect(tokens)
    expect(end).toMatchObject({
      code: 'invalid_token',
      message: 'The token is not active here.',
    })
  })
})

describe('a caller by its secret', () => {
  const SECRET = formatSecret('0123456789AB', 'x'.repeat(43))
  const INTROSPECT = 'tokens:introspect'

  /** The claims of a token that client_1 with these permissions may see. */
  async function learns(known: Known | null, ...permissions: Permission[]) {
    const credential = aCredential(...permissions)
    const { deps, asked } = aServer(known ? { token: known } : {}, { credential })
    const credentials = { kind: 'secret' as const, clientId: 'client_1', secret: SECRET }
    const caller = { credentials, address: '192.0.2.1' }
    return { claims: await introspectToken(deps, { caller, token: 'token' }), asked }
  }

  const of = (client: string, aud: string | string[] = READ.audience) =>
    aToken({ client_id: client, sub: client, aud }, [READ])
  const may = async (known: Known | null, ...permissions: Permission[]) =>
    (await learns(known, ...permissions)).claims !== null

  it('learns of its own tokens, by the one read that lets it in', async () => {
    const own = of('client_1')
    const { claims, asked } = await learns(own)
    expect(claims).toEqual(own.claims)
    expect(asked).toEqual(['0123456789AB', 'jti_1'])
  })

  it('learns of others’ tokens for an API on which it may ask, and on no other', async () => {
    const others = of('client_2')
    expect(await may(others)).toBe(false)
    expect(await may(others, on(READ.audience, INTROSPECT))).toBe(true)
    expect(await may(others, on(OTHER, INTROSPECT))).toBe(false)
    expect(await may(others, READ)).toBe(false)
    const both = of('client_2', [OTHER, READ.audience])
    expect(await may(both, on(OTHER, INTROSPECT))).toBe(true)
  })

  it('learns of every token with the right on Portcullis itself', async () => {
    expect(await may(of('client_2'), on(ISSUER, INTROSPECT))).toBe(true)
    expect(await may(of('client_2'), on(ISSUER, 'clients:read'))).toBe(false)
  })

  it('learns nothing of what is no active token', async () => {
    const everything = on(ISSUER, INTROSPECT)
    expect(await may(null, everything)).toBe(false)
    const revoked = of('client_2')
    revoked.facts.revoked = true
    expect(await may(revoked, everything)).toBe(false)
  })
})

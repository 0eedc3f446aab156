import { describe, expect, it } from 'vitest'
import { authorizeAdministration } from '../../../src/actions/auth/authorize-administration.ts'
import { certificateMethod } from '../../../src/actions/auth/certificate-method.ts'
import { secretMethod, usableSecret } from '../../../src/actions/auth/secret-method.ts'
import type { AuthenticationDeps } from '../../../src/actions/auth/authentication-method.ts'
import { formatSecret } from '../../../src/domain/secret-text.ts'
import { aCertificate, aClient, aSecret, ISSUER, NOW } from '../../domain/arbitraries.ts'
import { aServer, aToken } from '../memory-tokens.ts'

const SECRET = formatSecret('0123456789AB', 'x'.repeat(43))

describe('a secret that is presented', () => {
  const examine = (secret: string) =>
    secretMethod.examine({} as never, { kind: 'secret', clientId: 'client_1', secret }, NOW)

  it('is looked up by its key id, and counted by itself', () => {
    const lookup = { keyId: '0123456789AB', spend: null }
    expect(examine(SECRET)).toEqual({ lookup, counted: SECRET })
    expect(examine('text')).toEqual({
      lookup: { keyId: '____________', spend: null },
      counted: null,
    })
  })

  it('that is damaged is told so, and why in the log', () => {
    expect(examine(`${SECRET.slice(0, -1)}x`)).toEqual({
      fault: {
        description: 'The client_secret is mistyped: its checksum is wrong.',
        reason: 'wrong_secret',
        detail: 'mistyped',
      },
    })
    expect(secretMethod.failure).toStrictEqual({
      description: 'The client_id or the client_secret is wrong.',
      reason: 'wrong_secret',
    })
  })

  it('that was cut off meanwhile is refused with that reason', () => {
    const [live, other] = [aSecret({ secretId: 'a' }), aSecret({ secretId: 'b', expiresAt: NOW })]
    const client = aClient({ secrets: [other, live] })
    expect(usableSecret(client, 'a', NOW)).toEqual(live)
    const suspended = { ...client, suspension: { at: NOW, reason: null } }
    for (const [one, id] of [
      [client, 'b'],
      [client, 'c'],
      [suspended, 'a'],
    ] as const) {
      expect(() => usableSecret(one, id, NOW)).toThrow(
        expect.objectContaining({
          code: 'invalid_client',
          message: 'The client or its secret was cut off.',
          extras: { reason: 'cut_off' },
        }),
      )
    }
  })
})

describe('a certificate that is presented', () => {
  const material = { by: 'san_dns', name: 'client.example' } as const
  const known = { certificateId: 'cert_1', material, expiresAt: null as number | null }

  async function examine({
    read = { notBefore: NOW, notAfter: NOW },
    chain = 'trusted',
    remembered = [known],
    afresh = null as (typeof known)[] | null,
    isFresh = false,
  } = {}) {
    const asked: unknown[] = []
    const deps = {
      certificateReader: {
        read: async () =>
          read && { thumbprint: 'x', names: { san_dns: ['client.example'] }, ...read },
      },
      certificates: {
        of: async (...of: unknown[]) => {
          asked.push(of)
          return { known: (of[2] === 'afresh' ? afresh : null) ?? remembered, isFresh }
        },
      },
      keyChecks: { confirm: async () => {} },
    } as unknown as AuthenticationDeps
    const certificate = { der: 'der', chain } as never
    const presented = { kind: 'certificate', clientId: 'client_1', certificate } as const
    const examined = await certificateMethod.examine(deps, presented, NOW)
    return {
      fault: 'fault' in examined ? examined.fault.detail : null,
      asked: asked.length,
      examined,
    }
  }

  it('is one of the client’s, from its first second to its last', async () => {
    const { examined, asked } = await examine()
    expect(examined).toEqual({
      lookup: { keyId: 'cert_1', spend: null },
      counted: 'der',
      meetsFapi: true,
    })
    expect(asked).toBe(1)
    const dates = { fault: 'outside_its_dates', asked: 0 }
    expect(await examine({ read: { notBefore: NOW + 1, notAfter: NOW + 9 } })).toMatchObject(dates)
    expect(await examine({ read: { notBefore: NOW - 9, notAfter: NOW - 1 } })).toMatchObject(dates)
  })

  it('is refused by what is wrong with it, before the client’s are asked for', async () => {
    const refused = { fault: 'refused_by_tls', asked: 0 }
    expect(await examine({ chain: 'refused' })).toMatchObject(refused)
    expect(await examine({ read: null as never })).toMatchObject({ fault: 'malformed', asked: 0 })
  })

  it('is looked for once more where those that are remembered lack it', async () => {
    const unknown = { fault: 'unknown_client_or_certificate' }
    expect(await examine({ remembered: [] })).toMatchObject({ ...unknown, asked: 2 })
    expect(await examine({ remembered: [], isFresh: true })).toMatchObject({ ...unknown, asked: 1 })
    expect(await examine({ remembered: [], afresh: [known] })).toMatchObject({ fault: null })
    const ended = { ...known, expiresAt: NOW }
    expect(await examine({ remembered: [ended] })).toMatchObject({ fault: 'expired_certificate' })
    expect(await examine({ remembered: [ended, known] })).toMatchObject({ fault: null, asked: 1 })
  })

  it('is usable as long as the client has it', () => {
    const usable = (fields: Parameters<typeof aClient>[0]) =>
      certificateMethod.requireStillUsable(
        aClient(fields),
        { certificate: { certificateId: 'cert_1' } } as never,
        NOW,
      )
    const certificates = [aCertificate({ certificateId: 'cert_0' }), aCertificate()]
    expect(usable({ certificates })).toBeUndefined()
    for (const fields of [
      { certificates: certificates.slice(0, 1) },
      { certificates, suspension: { at: NOW, reason: null } },
      { certificates: [aCertificate({ expiresAt: NOW })] },
    ]) {
      expect(() => usable(fields)).toThrow(
        expect.objectContaining({
          code: 'invalid_client',
          message: 'The client or its certificate was cut off.',
          extras: { reason: 'cut_off' },
        }),
      )
    }
  })
})

describe('who administers', () => {
  async function authorize(bearer: string, fields = {}) {
    const token = aToken({ aud: ISSUER, scope: 'clients:read clients:manage', ...fields })
    const { deps } = aServer({ token })
    const learned: unknown[] = []
    const learn = (facts: unknown) => void learned.push(facts)
    const tokenReads = deps.credentials
    const all = { ...deps, tokenReads, learn } as never
    const principal = await authorizeAdministration(all, bearer, { ip: 'ip' } as never)
    return { principal, learned }
  }

  it('is whoever has the bootstrap token, or the client of a token for this server', async () => {
    expect(await authorize('bootstrap')).toEqual({
      principal: { type: 'bootstrap', id: 'bootstrap' },
      learned: [{ isProven: true, method: 'bootstrap' }],
    })
    expect(await authorize('token')).toEqual({
      principal: {
        type: 'client',
        id: 'client_1',
        permissions: ['clients:read', 'clients:manage'],
      },
      learned: [{ clientId: 'client_1', isProven: true, method: 'bearer' }],
    })
  })

  it('is nobody else', async () => {
    await expect(authorize('guess')).rejects.toMatchObject({
      code: 'invalid_token',
      extras: { reason: 'bootstrap_token_guess' },
    })
    await expect(authorize('token', { aud: 'https://api.example.com' })).rejects.toMatchObject({
      code: 'invalid_token',
    })
    await expect(authorize('token', { cnf: { jkt: 'key' } })).rejects.toMatchObject({
      extras: { reason: 'bound_token' },
    })
  })
})

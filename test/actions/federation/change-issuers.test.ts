import { describe, expect, it } from 'vitest'
import {
  deleteIssuer,
  findIssuer,
  type IssuerRequest,
  updateIssuer,
} from '../../../src/actions/federation/change-issuer.ts'
import { createIssuer, type NewIssuer } from '../../../src/actions/federation/create-issuer.ts'
import { secretVerifiers } from '../../../src/crypto/secret-verifiers.ts'
import { sealedIssuer, type TrustedIssuer } from '../../../src/domain/federation.ts'
import { rings } from '../../crypto/rings.ts'
import { ISSUER, NOW } from '../../domain/arbitraries.ts'
import { memoryLedger } from '../memory.ts'
import { BOOTSTRAP, REQUEST } from '../one-client.ts'
import { anIssuer } from './issuers.ts'

const verifiers = secretVerifiers(rings.before)

/** A server that believes these issuers, each named by so many rules. */
function aServer(issuers: TrustedIssuer[] = [], rules = 0) {
  const ledger = memoryLedger()
  const deps = {
    ...ledger.deps,
    issuer: ISSUER,
    verifiers,
    issuers: {
      list: async () => issuers,
      find: async (id: string) => issuers.find(({ issuerId }) => issuerId === id) ?? null,
      rules: async () => rules,
    },
  }
  const writes = () => ledger.commits.flatMap((commit) => commit.writes)
  return { ...ledger, deps, writes }
}

const many = (count: number) =>
  Array.from({ length: count }, (_, i) =>
    anIssuer({ issuerId: `iss_${i}`, issuer: `https://ci-${i}.example` }),
  )
const to = (issuerId: string, fields: Partial<IssuerRequest> = {}): IssuerRequest => ({
  ...REQUEST,
  issuerId,
  ...fields,
})
const eventOf = (action: string, id: unknown) => ({
  action,
  actor: BOOTSTRAP,
  clientId: null,
  target: { type: 'issuer', id },
  requestId: 'request_1',
})
const invalid = (field: string, detail: string) => ({
  code: 'invalid_fields',
  message: 'The request has a field that is not valid.',
  extras: { fields: [{ field, detail }] },
})
const conflict = (message: string) => ({ code: 'conflict', message })
const isSealed = ({ issuerId, verifier, ...trust }: TrustedIssuer) =>
  verifiers.matches(sealedIssuer(issuerId, trust), verifier)

describe('a new issuer', () => {
  const input: NewIssuer = { issuer: 'https://ci.example' }

  it('is believed as its preset says, and sealed', async () => {
    const { deps, events, writes } = aServer(many(49))
    const issuer = await createIssuer(deps, REQUEST, input)
    expect(issuer).toEqual({
      issuerId: expect.stringMatching(/^iss_[0-9A-Za-z]{16}$/),
      issuer: 'https://ci.example',
      name: 'Another issuer',
      preset: 'custom',
      keys: { from: 'discovery' },
      algorithms: ['RS256', 'ES256'],
      audiences: [],
      maxLifetime: 3600,
      checkJti: false,
      verifier: expect.any(Object),
      createdAt: NOW,
      createdBy: 'bootstrap',
      updatedAt: NOW,
      version: 1,
    })
    expect(await isSealed(issuer)).toBe(true)
    expect(writes()).toEqual([{ kind: 'issuer', before: null, after: issuer }])
    expect(events).toMatchObject([eventOf('issuer.created', issuer.issuerId)])
  })

  it('is believed as it is given', async () => {
    const given = {
      issuer: 'https://gitlab.example',
      name: 'GitLab',
      preset: 'gitlab',
      keys: { from: 'uri', uri: 'https://gitlab.example/keys' },
      algorithms: ['ES384'],
      audiences: ['api://a'],
      maxLifetime: 60,
      checkJti: false,
    } as const
    const { algorithms, audiences, ...others } = given
    const { deps } = aServer()
    const issuer = await createIssuer(deps, REQUEST, {
      ...others,
      algorithms: [...algorithms],
      audiences: [...audiences],
    })
    expect(issuer).toMatchObject(given)
    expect(await isSealed(issuer)).toBe(true)
  })

  it('is one of fifty', async () => {
    const { deps, commits } = aServer(many(50))
    await expect(createIssuer(deps, REQUEST, input)).rejects.toMatchObject(
      conflict('There are at most 50 issuers: delete one.'),
    )
    expect(commits).toEqual([])
  })

  it.each<[NewIssuer, object]>([
    [
      { issuer: 'http://ci.example' },
      invalid(
        'issuer',
        'must be an https URL without query, fragment or user, exactly as its tokens have it',
      ),
    ],
    [{ issuer: ISSUER }, invalid('issuer', 'is this server itself')],
    [
      { issuer: 'https://sts.windows.net/00000000-0000-0000-0000-000000000000/', preset: 'azure' },
      invalid(
        'audiences',
        'must be named: tokens of this platform cannot have this server as their audience',
      ),
    ],
    [
      { issuer: 'spiffe://example.org', preset: 'spiffe' },
      invalid(
        'jwks_uri',
        'must be the bundle endpoint of the trust domain, or upload its keys as jwks',
      ),
    ],
    [{ issuer: 'https://ci-1.example' }, conflict('This issuer is already registered.')],
  ])('is refused where it must not be believed: %j', async (wrong, refusal) => {
    const { deps, commits } = aServer(many(2))
    await expect(createIssuer(deps, REQUEST, wrong)).rejects.toMatchObject(refusal)
    expect(commits).toEqual([])
  })

  it.each<NewIssuer>([
    {
      issuer: 'https://sts.windows.net/00000000-0000-0000-0000-000000000000/',
      preset: 'azure',
      audiences: ['api://a'],
    },
    {
      issuer: 'spiffe://example.org',
      preset: 'spiffe',
      keys: { from: 'uri', uri: 'https://spire.example/bundle' },
    },
  ])('is believed with what its platform needs: %j', async (given) => {
    expect(await createIssuer(aServer(many(2)).deps, REQUEST, given)).toMatchObject(given)
  })
})

describe('a change of an issuer', () => {
  it('is written with what it was, and sealed anew; what was not sent stays', async () => {
    const before = anIssuer()
    const { deps, events, writes } = aServer([...many(49), before])
    const change = { name: 'Other', algorithms: ['ES256' as const], maxLifetime: 60 }
    const after = await updateIssuer(deps, to('iss_ci'), change)
    expect(after).toEqual({
      ...before,
      ...change,
      verifier: expect.any(Object),
      updatedAt: NOW,
      version: 4,
    })
    expect(await isSealed(after)).toBe(true)
    expect(writes()).toEqual([{ kind: 'issuer', before, after }])
    expect(events).toMatchObject([eventOf('issuer.updated', 'iss_ci')])
    expect(events[0]?.changes).toEqual({
      name: { from: 'CI', to: 'Other' },
      algorithms: { from: ['RS256'], to: ['ES256'] },
      max_lifetime: { from: 900, to: 60 },
    })
  })

  it('of its keys, audiences and whether a token is accepted once is told, too', async () => {
    const { deps, events } = aServer([anIssuer()])
    const keys = { from: 'uri' as const, uri: 'https://ci.example/keys' }
    await updateIssuer(deps, to('iss_ci'), { keys, audiences: ['api://a'], checkJti: true })
    expect(events[0]?.changes).toEqual({
      keys: { from: { from: 'discovery' }, to: keys },
      audiences: { from: [], to: ['api://a'] },
      check_jti: { from: false, to: true },
    })
  })

  it('that changes nothing is none, and tells the gates all the same', async () => {
    const { deps, commits, settled } = aServer([anIssuer()])
    expect(await updateIssuer(deps, to('iss_ci'), { name: 'CI' })).toEqual(anIssuer())
    expect(commits).toEqual([])
    // An earlier request may have made the change, and its answer may have been lost.
    expect(settled).toEqual(['everybody'])
  })

  it('is refused where there is none, it has changed, or it must not be believed so', async () => {
    const azure = anIssuer({
      issuer: 'https://sts.windows.net/00000000-0000-0000-0000-000000000000/',
      preset: 'azure',
      audiences: ['api://a'],
    })
    const { deps, commits } = aServer([azure])
    const noIssuer = { code: 'not_found', message: 'There is no such issuer.' }
    await expect(updateIssuer(deps, to('iss_x'), {})).rejects.toMatchObject(noIssuer)
    await expect(findIssuer(deps, 'iss_x')).rejects.toMatchObject(noIssuer)
    const stale = to('iss_ci', { expectedVersions: [2] })
    await expect(updateIssuer(deps, stale, {})).rejects.toMatchObject({ code: 'stale' })
    await expect(updateIssuer(deps, to('iss_ci'), { audiences: [] })).rejects.toMatchObject(
      invalid(
        'audiences',
        'must be named: tokens of this platform cannot have this server as their audience',
      ),
    )
    expect(commits).toEqual([])
  })
})

describe('the end of an issuer', () => {
  it('is written where no rule names it', async () => {
    const { deps, events, writes } = aServer([anIssuer()])
    await deleteIssuer(deps, to('iss_ci'))
    expect(writes()).toEqual([{ kind: 'issuer', before: anIssuer(), after: null }])
    expect(events).toMatchObject([eventOf('issuer.deleted', 'iss_ci')])
  })

  it('is refused where one does, there is none, or it has changed', async () => {
    const { deps, commits } = aServer([anIssuer()], 1)
    await expect(deleteIssuer(deps, to('iss_ci'))).rejects.toMatchObject(
      conflict('1 federated credential of a client names this issuer: delete it first.'),
    )
    await expect(deleteIssuer(aServer([anIssuer()], 2).deps, to('iss_ci'))).rejects.toMatchObject(
      conflict('2 federated credentials of clients name this issuer: delete them first.'),
    )
    await expect(deleteIssuer(deps, to('iss_x'))).rejects.toMatchObject({ code: 'not_found' })
    const stale = to('iss_ci', { expectedVersions: [2] })
    await expect(deleteIssuer(deps, stale)).rejects.toMatchObject({ code: 'stale' })
    expect(commits).toEqual([])
  })
})

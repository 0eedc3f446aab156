import { describe, expect, it } from 'vitest'
import { NO_ONE_TO_ASK } from '../../../src/actions/changes/commit-change.ts'
import {
  type ApiRequest,
  deleteApi,
  findApi,
  updateApi,
} from '../../../src/actions/access/change-api.ts'
import { createApi, type NewApi } from '../../../src/actions/access/create-api.ts'
import type { Api } from '../../../src/domain/api.ts'
import type { Principal } from '../../../src/domain/authority.ts'
import { weightMax } from '../../../src/domain/token-size.ts'
import { ISSUER, NOW } from '../../domain/arbitraries.ts'
import { memoryLedger } from '../memory.ts'
import { unasked } from '../one-client.ts'

const BOOTSTRAP: Principal = { type: 'bootstrap', id: 'bootstrap' }
const MACHINE: Principal = { type: 'client', id: 'client_9', permissions: ['clients:manage'] }
const AUDIENCE = 'https://api.example.com'

const READ = { permission: 'invoices:read', description: 'Read invoices' }
const WRITE = { permission: 'invoices:write' }

const anApi = (fields: Partial<Api> = {}): Api => ({
  apiId: 'api_1',
  audience: AUDIENCE,
  name: 'Billing',
  permissions: [READ, WRITE],
  createdAt: NOW - 60,
  updatedAt: NOW - 60,
  version: 3,
  isOwn: false,
  ...fields,
})

/** A server that knows one API, of which these permissions are in use, and who holds one of them. */
function aServer({
  api = anApi(),
  inUse = [] as string[],
  users = [] as string[],
  held = { byItself: false, byPowerful: false },
  overfull = null as { clientId: string; name: string } | null,
} = {}) {
  const ledger = memoryLedger()
  const asked: unknown[] = []
  const measured: unknown[] = []
  const apis = {
    find: async (id: string) => (id === api.apiId ? api : null),
    list: async () => ({ items: [api], next: null }),
    findByAudiences: async (audiences: string[]) => (audiences.includes(api.audience) ? [api] : []),
    holders: async (...of: string[]) => {
      asked.push(of)
      return held
    },
    permissionsInUse: async (id: string) => (id === api.apiId ? inUse : []),
    inUse: async (_id: string, permissions: string[]) => {
      const clients = named(permissions.length > 0 ? users : [])
      return { clients, roles: named(permissions.length > 0 ? ['Reader'] : []) }
    },
    unknown: async () => [],
    overfullHolder: async (...of: unknown[]) => {
      measured.push(of)
      return overfull
    },
  }
  return { ...ledger, deps: { ...ledger.deps, apis, issuer: ISSUER }, asked, measured }
}

const named = (names: string[]) => ({
  first: names.map((name) => ({ id: name, name })),
  count: names.length,
  isMore: false,
})

const by = (principal: Principal, fields: Partial<ApiRequest> = {}): ApiRequest => ({
  ...NO_ONE_TO_ASK,
  principal,
  requestId: 'request_1',
  apiId: 'api_1',
  ...fields,
})
const REQUEST = by(BOOTSTRAP)
const EVENT = {
  actor: BOOTSTRAP,
  clientId: null,
  target: { type: 'api', id: 'api_1' },
  requestId: 'request_1',
}

const NOT_FOUND = { code: 'not_found', message: 'There is no such API.' }
const OWN = {
  code: 'conflict',
  message: 'This API is Portcullis itself: it cannot be changed or deleted.',
}

describe('a new API', () => {
  const input: NewApi = { audience: 'https://new.example.com', name: 'New', permissions: [READ] }

  it('is made as it is asked for, under an id of its own', async () => {
    const { deps, commits, events } = aServer()
    const api = await createApi(deps, REQUEST, input)
    const apiId = expect.stringMatching(/^api_[0-9A-Za-z]{16}$/)
    expect(api).toEqual(anApi({ ...input, apiId, createdAt: NOW, updatedAt: NOW, version: 1 }))
    expect(commits[0]?.writes).toEqual([{ kind: 'api', before: null, after: api }])
    const target = { type: 'api', id: api.apiId }
    expect(events).toMatchObject([{ ...EVENT, action: 'api.created', target }])
  })

  it.each([AUDIENCE, `${AUDIENCE}/`, ISSUER])(
    'is refused of an audience that is taken: %s',
    async (audience) => {
      const { deps, commits } = aServer()
      await expect(createApi(deps, REQUEST, { ...input, audience })).rejects.toMatchObject({
        code: 'conflict',
        message: 'There is already an API with this audience.',
      })
      expect(commits).toEqual([])
    },
  )
})

describe('a change of an API', () => {
  it('is written with what it was', async () => {
    const { deps, commits, events } = aServer()
    const after = await updateApi(deps, REQUEST, { name: 'Invoices', permissions: [READ] })
    expect(after).toEqual(
      anApi({ name: 'Invoices', permissions: [READ], version: 4, updatedAt: NOW }),
    )
    expect(commits[0]?.writes).toEqual([{ kind: 'api', before: anApi(), after }])
    expect(events).toMatchObject([{ ...EVENT, action: 'api.updated' }])
    expect(events[0]?.changes).toEqual({
      name: { from: 'Billing', to: 'Invoices' },
      permissions: { from: [READ, WRITE], to: [READ] },
    })
  })

  it('of the audience says so, and is refused where that is taken', async () => {
    const { deps, events, commits } = aServer()
    await expect(updateApi(deps, REQUEST, { audience: ISSUER })).rejects.toMatchObject({
      code: 'conflict',
    })
    expect(commits).toEqual([])
    await updateApi(deps, REQUEST, { audience: 'https://moved.example.com' })
    expect(events[0]?.changes).toEqual({
      audience: { from: AUDIENCE, to: 'https://moved.example.com' },
    })
  })

  it('to a longer audience is refused where a token of somebody would not fit, and they are named', async () => {
    const overfull = { clientId: 'client_1', name: 'Nightly export' }
    const { deps, commits, measured } = aServer({ overfull })
    const audience = `${anApi().audience}/of-a-longer-name`
    await expect(updateApi(deps, REQUEST, { audience })).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining('“Nightly export” (client_1) would have more than 8192'),
    })
    expect(commits).toEqual([])
    expect(measured).toEqual([
      ['api_1', audience, weightMax({ issuer: ISSUER, statusListBase: null })],
    ])
    await updateApi(deps, REQUEST, { audience: 'https://a.example', name: 'Shorter' })
    await updateApi(deps, REQUEST, { audience: AUDIENCE.replace('api', 'apx') })
    expect(measured).toHaveLength(1)
  })

  it('to another spelling of its own audience is one like any other', async () => {
    const { deps } = aServer()
    const audience = `${AUDIENCE}/`
    expect(await updateApi(deps, REQUEST, { audience })).toMatchObject({ audience })
  })

  it('that changes nothing is none, the audience that it has included', async () => {
    const { deps, commits, settled } = aServer()
    const findByAudiences = unasked
    const asked = { ...deps, apis: { ...deps.apis, findByAudiences } }
    const same = { audience: AUDIENCE, name: 'Billing' }
    expect(await updateApi(asked, REQUEST, same)).toEqual(anApi())
    expect(commits).toEqual([])
    // An earlier request may have made the change, and its answer may have been lost.
    expect(settled).toEqual(['everybody'])
  })

  it('takes away no permission that somebody has, but for the one that every API has', async () => {
    const inUse = ['invoices:read', 'invoices:write', 'tokens:introspect']
    const { deps, commits } = aServer({ inUse, users: ['A', 'B'] })
    await expect(updateApi(deps, REQUEST, { permissions: [] })).rejects.toMatchObject({
      code: 'conflict',
      message:
        '2 clients (“A” and “B”) have invoices:read, invoices:write, and 1 role (“Reader”) gives it: remove it from them first.',
      extras: { inUse: { clients: named(['A', 'B']), roles: named(['Reader']) } },
    })
    expect(commits).toEqual([])
    await updateApi(deps, REQUEST, { permissions: [READ, WRITE, { permission: 'more' }] })
    expect(commits).toHaveLength(1)
    const many = { ...named(['A']), count: 1000, isMore: true }
    const by = { clients: many, roles: named([]) }
    const crowd = { ...deps, apis: { ...deps.apis, inUse: async () => by } }
    await expect(updateApi(crowd, REQUEST, { permissions: [] })).rejects.toMatchObject({
      message:
        'More than 1,000 clients (“A” and others) have invoices:read, invoices:write: remove it from them first.',
    })
  })

  it('to a name with an invisible character is refused, unless it had it before', async () => {
    const name = 'Bil\u00adling'
    const { deps, commits } = aServer()
    await expect(updateApi(deps, REQUEST, { name })).rejects.toMatchObject({
      code: 'invalid_fields',
      message: 'A field is not valid.',
      extras: {
        fields: [{ field: 'name', detail: 'must have no invisible character: U+00AD is one' }],
      },
    })
    expect(commits).toEqual([])
    const older = aServer({ api: anApi({ name }) }).deps
    expect(await updateApi(older, REQUEST, { permissions: [READ] })).toMatchObject({ name })
  })

  it('is refused where there is no such API, it is Portcullis, or it has changed', async () => {
    const { deps } = aServer()
    const unknown = by(BOOTSTRAP, { apiId: 'api_2' })
    await expect(updateApi(deps, unknown, {})).rejects.toMatchObject(NOT_FOUND)
    await expect(findApi(deps, 'api_2')).rejects.toMatchObject(NOT_FOUND)
    const own = aServer({ api: anApi({ isOwn: true }) }).deps
    await expect(updateApi(own, REQUEST, {})).rejects.toMatchObject(OWN)
    const stale = by(BOOTSTRAP, { expectedVersions: [2] })
    await expect(updateApi(deps, stale, {})).rejects.toMatchObject({ code: 'stale' })
  })
})

describe('another audience of an API', () => {
  const moved = { audience: 'https://moved.example.com' }

  it('is taken for an accident where clients use the old one, unless it is confirmed', async () => {
    const { deps, commits } = aServer({ inUse: ['invoices:read'], users: ['A'] })
    await expect(updateApi(deps, REQUEST, moved)).rejects.toMatchObject({
      code: 'conflict',
      message: `1 client (“A”) has a permission of this API, and 1 role (“Reader”) gives it: their tokens for ${AUDIENCE} stop working, and the API and its clients must use the new audience.`,
      extras: {
        inUse: { clients: named(['A']) },
        fields: [
          {
            field: 'confirm_audience_in_use',
            detail: 'must be true: clients use the audience',
          },
        ],
      },
    })
    await updateApi(deps, REQUEST, { audience: AUDIENCE, name: 'Other' })
    expect(commits).toHaveLength(1)
    const confirmed = by(BOOTSTRAP, { isAudienceConfirmed: true })
    expect(await updateApi(deps, confirmed, moved)).toMatchObject(moved)
  })

  it('needs no confirmation where nobody but a role without clients has a permission of it', async () => {
    expect(await updateApi(aServer().deps, REQUEST, moved)).toMatchObject(moved)
    const { deps } = aServer({ inUse: ['invoices:read'] })
    expect(await updateApi(deps, REQUEST, moved)).toMatchObject(moved)
  })
})

describe('a machine that changes an API', () => {
  const change = async (input: Partial<NewApi>, held: { byItself: boolean; byPowerful: boolean }) =>
    updateApi(aServer({ held }).deps, by(MACHINE), input).then(
      () => 'done',
      (error: { code: string }) => error.code,
    )
  const nobody = { byItself: false, byPowerful: false }
  const itself = { ...nobody, byItself: true }
  const powerful = { ...nobody, byPowerful: true }
  const moved = { audience: 'https://moved.example.com' }
  const less = { permissions: [READ] }

  it('gives no new meaning to what it holds itself, or who has power here', async () => {
    for (const input of [moved, less, { ...moved, ...less }]) {
      expect(await change(input, itself)).toBe('forbidden')
      expect(await change(input, powerful)).toBe('forbidden')
      expect(await change(input, nobody)).toBe('done')
    }
  })

  it('may add a permission and change its name all the same', async () => {
    const more = { name: 'Other', permissions: [{ permission: 'more' }, WRITE, READ] }
    expect(await change(more, itself)).toBe('done')
  })

  it('is what holders are asked for: of this API, besides itself; nobody else is', async () => {
    const { deps, asked } = aServer()
    await updateApi(deps, by(MACHINE), less)
    expect(asked).toEqual([['api_1', 'client_9']])
    const other = aServer({ held: powerful })
    await updateApi(other.deps, REQUEST, { ...moved, ...less })
    expect(other.asked).toEqual([])
  })
})

describe('a deletion of an API', () => {
  it('is written where nobody has a permission on it', async () => {
    const { deps, commits, events } = aServer()
    await deleteApi(deps, REQUEST)
    expect(commits[0]?.writes).toEqual([{ kind: 'api', before: anApi(), after: null }])
    expect(events).toMatchObject([{ ...EVENT, action: 'api.deleted' }])
  })

  it('is refused where somebody has, and of Portcullis', async () => {
    const { deps, commits } = aServer({ inUse: ['invoices:read'] })
    await expect(deleteApi(deps, REQUEST)).rejects.toMatchObject({
      code: 'conflict',
      message: '1 role (“Reader”) gives a permission of this API: remove it from them first.',
    })
    expect(commits).toEqual([])
    const own = aServer({ api: anApi({ isOwn: true }) }).deps
    await expect(deleteApi(own, REQUEST)).rejects.toMatchObject(OWN)
  })
})

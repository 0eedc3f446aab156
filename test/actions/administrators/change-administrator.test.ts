import { readSignInBy } from '../../../src/domain/sign-in.ts'
import { describe, expect, it } from 'vitest'
import {
  type AdministratorRequest,
  deleteAdministrator,
  findAdministrator,
  updateAdministrator,
} from '../../../src/actions/administrators/change-administrator.ts'
import { NO_ONE_TO_ASK } from '../../../src/actions/changes/commit-change.ts'
import {
  addressOf,
  createAdministrator,
} from '../../../src/actions/administrators/create-administrator.ts'
import type { Administrator } from '../../../src/domain/administrator.ts'
import type { Principal } from '../../../src/domain/authority.ts'
import { Refusal } from '../../../src/domain/errors.ts'
import type { Member } from '../../../src/domain/member.ts'
import { NOW } from '../../domain/arbitraries.ts'
import { memoryAnchors, memoryLedger } from '../memory.ts'

const BOOTSTRAP: Principal = { type: 'bootstrap', id: 'bootstrap' }
const ADA = 'ada@example.com'
const BOB = 'bob@example.com'

const anAdministrator = (fields: Partial<Administrator> = {}): Administrator => ({
  administratorId: 'administrator_1',
  email: ADA,
  access: 'manage',
  createdAt: NOW - 60,
  updatedAt: NOW - 60,
  version: 3,
  ...fields,
})

const bob = anAdministrator({ administratorId: 'administrator_2', email: BOB })

/** A person whom a group lets in. */
const EVE: Member = {
  ...anAdministrator({ administratorId: 'administrator_7', email: 'eve@example.com' }),
  issuer: 'https://login.example.com',
  subject: 'eve',
  blockedAt: null,
}

/** A server with these administrators, of whom these addresses are configured. */
function aServer(people = [anAdministrator(), bob], configuredAdministrators: string[] = []) {
  const ledger = memoryLedger()
  const managers = people.filter(({ access }) => access === 'manage')
  const administrators = {
    find: async (id: string) =>
      people.find(({ administratorId }) => administratorId === id) ?? null,
    findByEmail: async (address: string) => people.find(({ email }) => email === address) ?? null,
    managers: async (limit: number) => managers.slice(0, limit),
    neverConfigured: async () => [],
  }
  const members = {
    list: async () => ({ items: people, next: null }),
    find: async (id: string) => (id === EVE.administratorId ? EVE : null),
    findByEmail: async () => [],
    like: async () => [],
  }
  const signInBy = readSignInBy((read) => read(), undefined, undefined)
  const { anchors, jobStates, kept } = memoryAnchors()
  const behind: (() => Promise<unknown>)[] = []
  const defer = (work: () => Promise<unknown>) => void behind.push(work)
  const all = { administrators, members, signInBy, configuredAdministrators, anchors, jobStates }
  const keptBehind = async () => {
    await Promise.all(behind.map((work) => work()))
    return [...kept.keys()]
  }
  return { ...ledger, deps: { ...ledger.deps, ...all, defer }, keptBehind }
}

const by = (
  principal: Principal,
  fields: Partial<AdministratorRequest> = {},
): AdministratorRequest => ({
  ...NO_ONE_TO_ASK,
  principal,
  requestId: 'request_1',
  administratorId: 'administrator_1',
  ...fields,
})
const as = ({ administratorId: id }: Administrator): Principal => ({
  type: 'administrator',
  id,
  access: 'manage',
})

const EVENT = {
  actor: BOOTSTRAP,
  clientId: null,
  target: { type: 'administrator', id: 'administrator_1' },
  requestId: 'request_1',
}
const NOT_FOUND = { code: 'not_found', message: 'There is no such administrator.' }
const TAKEN = {
  code: 'conflict',
  message: 'There is already an administrator with this email address.',
}
const LAST = {
  code: 'conflict',
  message: 'This is the last administrator with manage access: give it to another one first.',
}

describe('a new administrator', () => {
  it('gets an id, and is told of in the log by its access alone', async () => {
    const { deps, commits, events } = aServer([])
    const made = await createAdministrator(deps, by(BOOTSTRAP), { email: ADA, access: 'view' })
    expect(made).toEqual({
      administratorId: expect.stringMatching(/^administrator_[0-9A-Za-z]{16}$/),
      email: ADA,
      access: 'view',
      createdAt: NOW,
      updatedAt: NOW,
      version: 1,
    })
    expect(commits[0]?.writes).toEqual([{ kind: 'administrator', before: null, after: made }])
    const target = { type: 'administrator', id: made.administratorId }
    expect(events).toMatchObject([{ ...EVENT, action: 'administrator.created', target }])
    expect(events[0]?.changes).toEqual({ access: { from: null, to: 'view' } })
  })

  it('is noted where the address is a configured one', async () => {
    const { deps, commits } = aServer([], [BOB, ADA])
    await createAdministrator(deps, by(BOOTSTRAP), { email: ADA, access: 'view' })
    expect(commits[0]?.writes).toContainEqual({ kind: 'configured_administrators', emails: [ADA] })
  })

  it('is refused with an address that somebody has, or that is none', async () => {
    const { deps, commits } = aServer()
    const made = (email: string) =>
      createAdministrator(deps, by(BOOTSTRAP), { email, access: 'view' })
    await expect(made('ADA@example.com')).rejects.toMatchObject(TAKEN)
    await expect(made('ada')).rejects.toMatchObject({
      code: 'invalid_fields',
      extras: {
        fields: [{ field: 'email', detail: 'must be an email address such as ada@example.com' }],
      },
    })
    expect(commits).toEqual([])
    expect(addressOf(' ADA@Example.com ')).toBe(ADA)
  })

  it('is made by nobody who has no right to it any more', async () => {
    const lost = new Refusal('forbidden', 'not any more')
    const { deps, commits } = aServer([bob])
    const request = by(as(bob), { confirmRight: async () => Promise.reject(lost) })
    const made = createAdministrator(deps, request, { email: ADA, access: 'view' })
    await expect(made).rejects.toBe(lost)
    expect(commits).toEqual([])
  })
})

describe('a change of an administrator', () => {
  it('is written with what it was; what was not sent stays', async () => {
    const { deps, commits, events } = aServer()
    const after = await updateAdministrator(deps, by(BOOTSTRAP), { access: 'view' })
    expect(after).toEqual(anAdministrator({ access: 'view', version: 4, updatedAt: NOW }))
    const before = anAdministrator()
    expect(commits[0]?.writes).toEqual([{ kind: 'administrator', before, after }])
    expect(events).toMatchObject([{ ...EVENT, action: 'administrator.updated' }])
    expect(events[0]?.changes).toEqual({ access: { from: 'manage', to: 'view' } })
    const moved = await updateAdministrator(deps, by(BOOTSTRAP), { email: 'New@example.com' })
    expect(moved).toMatchObject({ email: 'new@example.com', access: 'manage' })
    expect(events[1]?.changes).toEqual({ email_changed: { from: false, to: true } })
  })

  it('notes the configured addresses that it leaves and takes', async () => {
    const configured = ['new@example.com', ADA]
    const { deps, commits } = aServer([anAdministrator()], configured)
    await updateAdministrator(deps, by(BOOTSTRAP), { email: 'new@example.com' })
    const emails = [ADA, 'new@example.com']
    expect(commits[0]?.writes.slice(1)).toEqual([{ kind: 'configured_administrators', emails }])
  })

  it('that changes nothing is none, the own address in another spelling included', async () => {
    const { deps, commits } = aServer([anAdministrator()])
    const same = { email: 'ADA@example.com', access: 'manage' as const }
    expect(await updateAdministrator(deps, by(as(anAdministrator())), same)).toEqual(
      anAdministrator(),
    )
    expect(commits).toEqual([])
  })

  it('is refused where there is none, somebody has the address, or it has changed', async () => {
    const { deps, commits } = aServer()
    const unknown = by(BOOTSTRAP, { administratorId: 'administrator_9' })
    await expect(updateAdministrator(deps, unknown, {})).rejects.toMatchObject(NOT_FOUND)
    await expect(findAdministrator(deps, 'administrator_9')).rejects.toMatchObject(NOT_FOUND)
    await expect(updateAdministrator(deps, by(BOOTSTRAP), { email: BOB })).rejects.toMatchObject(
      TAKEN,
    )
    const stale = by(BOOTSTRAP, { expectedVersions: [2] })
    await expect(updateAdministrator(deps, stale, { access: 'view' })).rejects.toMatchObject({
      code: 'stale',
    })
    expect(commits).toEqual([])
  })

  it('takes manage from the last who has it by nobody but the bootstrap token', async () => {
    const ada = anAdministrator()
    const demote = (people: Administrator[], who: Principal) =>
      updateAdministrator(aServer(people).deps, by(who), { access: 'view' })
    await expect(demote([ada, { ...bob, access: 'view' }], as(ada))).rejects.toMatchObject(LAST)
    expect(await demote([ada, bob], as(ada))).toMatchObject({ access: 'view' })
    expect(await demote([ada], BOOTSTRAP)).toMatchObject({ access: 'view' })
  })
})

describe('the removal of an administrator', () => {
  it('says whom it took what from, and notes a configured address', async () => {
    const { deps, commits, events } = aServer([anAdministrator(), bob], [ADA])
    await deleteAdministrator(deps, by(BOOTSTRAP))
    expect(commits[0]?.writes).toEqual([
      { kind: 'administrator', before: anAdministrator(), after: null },
      { kind: 'configured_administrators', emails: [ADA] },
    ])
    expect(events).toMatchObject([{ ...EVENT, action: 'administrator.deleted' }])
    expect(events[0]?.changes).toEqual({ access: { from: 'manage', to: null } })
  })

  it('leaves one with manage, where a person asks for it', async () => {
    const [ada, viewer] = [anAdministrator(), { ...bob, access: 'view' as const }]
    const { deps, commits } = aServer([ada, viewer])
    await expect(deleteAdministrator(deps, by(as(ada)))).rejects.toMatchObject(LAST)
    expect(commits).toEqual([])
    await deleteAdministrator(deps, by(as(ada), { administratorId: 'administrator_2' }))
    await deleteAdministrator(aServer([ada]).deps, by(BOOTSTRAP))
    expect(commits).toHaveLength(1)
  })

  it('of one who only views asks for no managers', async () => {
    const viewer = { ...bob, access: 'view' as const }
    const { deps, commits } = aServer([anAdministrator(), viewer])
    const managers = () => Promise.reject(new Error('nobody asked for them'))
    const asked = { ...deps, administrators: { ...deps.administrators, managers } }
    const request = by(as(anAdministrator()), { administratorId: viewer.administratorId })
    await deleteAdministrator(asked, request)
    expect(commits).toHaveLength(1)
  })
})

describe('a change or removal', () => {
  it('keeps the end of the log behind the answer, as a restore must not undo it', async () => {
    const recent = ['recent of administrator_1']
    const changed = aServer()
    await updateAdministrator(changed.deps, by(BOOTSTRAP), { access: 'view' })
    expect(await changed.keptBehind()).toEqual(recent)
    const removed = aServer()
    await deleteAdministrator(removed.deps, by(BOOTSTRAP))
    expect(await removed.keptBehind()).toEqual(recent)
  })

  it('of a person whom a group lets in is refused', async () => {
    const { deps, commits } = aServer()
    const eve = by(BOOTSTRAP, { administratorId: EVE.administratorId })
    const refusal = {
      code: 'conflict',
      message:
        'This person has access by a group of the identity provider: block them here, or remove them from the group there.',
    }
    await expect(updateAdministrator(deps, eve, { access: 'view' })).rejects.toMatchObject(refusal)
    await expect(deleteAdministrator(deps, eve)).rejects.toMatchObject(refusal)
    expect(commits).toEqual([])
  })
})

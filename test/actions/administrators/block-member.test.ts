import { describe, expect, it } from 'vitest'
import { blockMember } from '../../../src/actions/administrators/block-member.ts'
import {
  type AdministratorRequest,
  deleteAdministrator,
} from '../../../src/actions/administrators/change-administrator.ts'
import { LATEST_ANCHOR } from '../../../src/domain/anchor.ts'
import type { Administrator } from '../../../src/domain/administrator.ts'
import type { Principal } from '../../../src/domain/authority.ts'
import type { GroupAccess } from '../../../src/domain/group-access.ts'
import type { Member } from '../../../src/domain/member.ts'
import { NOW } from '../../domain/arbitraries.ts'
import { memoryAnchors, memoryLedger } from '../memory.ts'
import { BOOTSTRAP, REQUEST } from '../one-client.ts'

const ADA: Administrator = {
  administratorId: 'administrator_1',
  email: 'ada@example.com',
  access: 'manage',
  createdAt: NOW - 60,
  updatedAt: NOW - 60,
  version: 3,
}
const aMember = (fields: Partial<Member> = {}): Member => ({
  ...ADA,
  administratorId: 'administrator_7',
  email: 'eve@example.com',
  issuer: 'https://login.example.com',
  subject: 'eve',
  blockedAt: null,
  ...fields,
})
const GROUPS: GroupAccess = { claim: 'groups', manage: ['admins'], view: [] }

/** A server with Ada in its list, and these whom a group has let in. */
function aServer(members: Member[] = [], groups: GroupAccess | null = GROUPS) {
  const ledger = memoryLedger()
  const { anchors, jobStates, kept } = memoryAnchors()
  const behind: (() => Promise<unknown>)[] = []
  const deps = {
    ...ledger.deps,
    anchors,
    jobStates,
    auditEvents: ledger.auditEvents,
    defer: (work: () => Promise<unknown>) => void behind.push(work),
    administrators: {
      find: async (id: string) => (id === ADA.administratorId ? ADA : null),
      findByEmail: async () => null,
      managers: async () => [ADA],
      neverConfigured: async () => [],
    },
    members: {
      list: async () => ({ items: members, next: null }),
      find: async (id: string) => members.find((one) => one.administratorId === id) ?? null,
      findByEmail: async (address: string) => members.filter(({ email }) => email === address),
      like: async () => [],
    },
    signInBy: { oidc: null, access: null, groups, wrong: { oidc: false, access: false } },
    configuredAdministrators: [],
  }
  const writes = () => ledger.commits.flatMap((commit) => commit.writes)
  return { ...ledger, deps, writes, behind, kept }
}

const to = (
  { administratorId }: { administratorId: string },
  fields: Partial<AdministratorRequest> = {},
): AdministratorRequest => ({ ...REQUEST, administratorId, ...fields })

const EVE = aMember()
const BLOCKED = aMember({ blockedAt: NOW - 20 })

describe('a person whom a group lets in', () => {
  it('is blocked, and the log says so', async () => {
    const { deps, events, writes } = aServer([EVE])
    const after = await blockMember(deps, to(EVE), true)
    expect(after).toEqual({ ...EVE, blockedAt: NOW, updatedAt: NOW, version: 4 })
    expect(writes()).toEqual([{ kind: 'member', before: EVE, after }])
    expect(events).toEqual([
      {
        action: 'administrator.updated',
        actor: BOOTSTRAP,
        clientId: null,
        target: { type: 'administrator', id: EVE.administratorId },
        requestId: 'request_1',
        changes: { blocked: { from: false, to: true } },
        eventId: expect.any(String),
        seq: 1,
        at: NOW,
        seal: expect.any(String),
      },
    ])
  })

  it('is let in again', async () => {
    const { deps, events, writes } = aServer([BLOCKED])
    const after = await blockMember(deps, to(BLOCKED), false)
    expect(after).toEqual({ ...BLOCKED, blockedAt: null, updatedAt: NOW, version: 4 })
    expect(writes()).toEqual([{ kind: 'member', before: BLOCKED, after }])
    expect(events.map(({ changes }) => changes)).toEqual([{ blocked: { from: true, to: false } }])
  })

  it('who is blocked or let in as asked for stays as they are', async () => {
    const { deps, commits } = aServer([EVE])
    expect(await blockMember(deps, to(EVE), false)).toEqual(EVE)
    expect(await blockMember(aServer([BLOCKED]).deps, to(BLOCKED), true)).toEqual(BLOCKED)
    expect(commits).toEqual([])
  })

  it('of whom only an address was known leaves no row behind, once it is not blocked', async () => {
    const address = aMember({ issuer: '', subject: null, blockedAt: NOW - 20 })
    const { deps, writes } = aServer([address])
    const after = await blockMember(deps, to(address), false)
    expect(after).toEqual({ ...address, blockedAt: null, updatedAt: NOW, version: 4 })
    expect(writes()).toEqual([{ kind: 'member', before: address, after: null }])
    const open = { ...address, blockedAt: null }
    const other = aServer([open])
    const blocked = await blockMember(other.deps, to(open), true)
    expect(other.writes()).toEqual([{ kind: 'member', before: open, after: blocked }])
  })

  it('is cut off where a restore is noticed: behind the answer the end of the log is kept', async () => {
    const { deps, events, behind, kept } = aServer([EVE])
    await blockMember(deps, to(EVE), true)
    expect([...kept]).toEqual([])
    await Promise.all(behind.map((work) => work()))
    const [event] = events
    const anchor = { seq: 1, seal: event?.seal, at: NOW }
    expect([...kept]).toEqual([[`recent of ${EVE.administratorId}`, anchor]])
    expect(kept.has(LATEST_ANCHOR)).toBe(false)
  })

  it('blocks nobody by themselves, in the list, of another version, or who is not there', async () => {
    const { deps, commits, behind } = aServer([EVE])
    const eve: Principal = { type: 'administrator', id: EVE.administratorId, access: 'manage' }
    await expect(blockMember(deps, to(EVE, { principal: eve }), true)).rejects.toMatchObject({
      code: 'conflict',
      message: 'You cannot block yourself.',
    })
    await expect(blockMember(deps, to(ADA), true)).rejects.toMatchObject({
      code: 'conflict',
      message: 'This person is in the list of administrators: remove them instead.',
    })
    const stale = to(EVE, { expectedVersions: [2] })
    await expect(blockMember(deps, stale, true)).rejects.toMatchObject({ code: 'stale' })
    const nobody = { administratorId: 'administrator_9' }
    await expect(blockMember(deps, to(nobody), true)).rejects.toMatchObject({
      code: 'not_found',
      message: 'There is no such administrator.',
    })
    expect([commits, behind]).toEqual([[], []])
  })
})

describe('whoever is removed from the list', () => {
  const removal = { kind: 'administrator', before: ADA, after: null }
  const asAda = { email: ADA.email }

  it('is blocked with all whom a group let in by their address, and who are not blocked yet', async () => {
    const open = [
      aMember(asAda),
      aMember({ ...asAda, administratorId: 'administrator_8', subject: 'ada2' }),
    ]
    const blocked = aMember({
      ...asAda,
      administratorId: 'administrator_9',
      blockedAt: NOW - 20,
    })
    const { deps, writes } = aServer([open[0]!, blocked, open[1]!, EVE])
    await deleteAdministrator(deps, to(ADA))
    const blocks = open.map((before) => ({
      kind: 'member',
      before,
      after: { ...before, blockedAt: NOW, updatedAt: NOW, version: 4 },
    }))
    expect(writes()).toEqual([removal, ...blocks])
    const other = aServer([blocked])
    await deleteAdministrator(other.deps, to(ADA))
    expect(other.writes()).toEqual([removal])
  })

  it('is blocked by the address alone where they never came by a group', async () => {
    const { deps, writes } = aServer([EVE])
    await deleteAdministrator(deps, to(ADA))
    const after = {
      administratorId: expect.stringMatching(/^administrator_[0-9A-Za-z]{16}$/),
      email: ADA.email,
      access: 'manage',
      createdAt: NOW,
      updatedAt: NOW,
      version: 1,
      issuer: '',
      subject: null,
      blockedAt: NOW,
    }
    expect(writes()).toEqual([removal, { kind: 'member', before: null, after }])
  })

  it('is removed and no more where no group lets anybody in', async () => {
    const { deps, writes } = aServer([aMember(asAda)], null)
    await deleteAdministrator(deps, to(ADA))
    expect(writes()).toEqual([removal])
  })
})

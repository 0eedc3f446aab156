import { expect, it } from 'vitest'
import { openMemberSession } from '../../../src/actions/administrators/open-member-session.ts'
import type { Granted } from '../../../src/domain/group-access.ts'
import type { Member } from '../../../src/domain/member.ts'
import { HOUR } from '../../../src/domain/time.ts'
import { NOW } from '../../domain/arbitraries.ts'
import { memoryLedger } from '../memory.ts'

const PERSON = { email: 'eve@example.com', issuer: 'https://login.example.com', subject: 'eve' }
const VIEW: Granted = { access: 'view', value: 'readers' }

const aMember = (fields: Partial<Member> = {}): Member => ({
  ...PERSON,
  administratorId: 'administrator_7',
  access: 'view',
  createdAt: NOW - 60,
  updatedAt: NOW - 60,
  version: 3,
  blockedAt: null,
  ...fields,
})

/** A server that knows these whom a group let in, and in whose list these addresses are. */
function aServer(members: Member[] = [], listed: string[] = []) {
  const ledger = memoryLedger()
  const administrators = {
    findByEmail: async (email: string) => (listed.includes(email) ? {} : null),
  }
  const deps = {
    ...ledger.deps,
    administrators: administrators as never,
    members: { like: async () => members } as never,
  }
  const open = (granted = VIEW) =>
    openMemberSession(deps, { person: PERSON, granted, requestId: 'request_1' })
  const writes = () => ledger.commits.flatMap((commit) => commit.writes)
  return { ...ledger, open, writes }
}

const ID = expect.stringMatching(/^administrator_[0-9A-Za-z]{16}$/)

/** The event of the session that is opened for a person. */
const openedFor = (id: unknown, sessionId: string, { access, value }: Granted) => ({
  action: 'session.created',
  actor: { type: 'administrator', id },
  clientId: null,
  target: { type: 'session', id: sessionId },
  requestId: 'request_1',
  changes: { access: { from: null, to: access }, by_group: { from: null, to: value } },
})
const toldOf = (action: string, id: string, changes: unknown) => ({
  action,
  actor: { type: 'system', id: 'portcullis' },
  clientId: null,
  target: { type: 'administrator', id },
  requestId: 'system',
  changes,
})

it('whoever a group lets in for the first time is kept, and has an hour', async () => {
  const { open, writes, events } = aServer()
  const { session, member } = await open()
  const { administratorId } = member
  expect(member).toEqual(
    aMember({ administratorId: ID, createdAt: NOW, updatedAt: NOW, version: 1 }),
  )
  expect(session).toEqual({
    sessionId: expect.stringMatching(/^session_[0-9A-Za-z]{22}$/),
    administratorId,
    createdAt: NOW,
    expiresAt: NOW + HOUR,
    endedAt: null,
  })
  expect(writes()).toEqual([
    { kind: 'member', before: null, after: member },
    { kind: 'session', before: null, after: session },
  ])
  expect(events).toMatchObject([
    toldOf('administrator.created', administratorId, { access: { from: null, to: 'view' } }),
    openedFor(administratorId, session.sessionId, VIEW),
  ])
})

it('whoever comes as they are known gets a session alone', async () => {
  const eve = aMember()
  const others = [aMember({ subject: 'another' }), aMember({ issuer: 'https://other.example' })]
  const { open, writes, events } = aServer([...others, eve])
  const { session, member } = await open()
  expect(member).toEqual(eve)
  expect(writes()).toEqual([{ kind: 'session', before: null, after: session }])
  expect(events).toMatchObject([openedFor(eve.administratorId, session.sessionId, VIEW)])
})

it.each<[string, Member, Granted, object]>([
  [
    'access',
    aMember(),
    { access: 'manage', value: 'admins' },
    { access: { from: 'view', to: 'manage' } },
  ],
  [
    'address',
    aMember({ email: 'eva@example.com' }),
    VIEW,
    { email_changed: { from: false, to: true } },
  ],
])('whoever comes with another %s is changed with it', async (_, before, granted, changes) => {
  const { open, writes, events } = aServer([before])
  const { session, member } = await open(granted)
  const { access } = granted
  expect(member).toEqual(aMember({ access, updatedAt: NOW, version: 4 }))
  expect(writes()).toEqual([
    { kind: 'member', before, after: member },
    { kind: 'session', before: null, after: session },
  ])
  expect(events).toMatchObject([
    toldOf('administrator.updated', before.administratorId, changes),
    openedFor(before.administratorId, session.sessionId, granted),
  ])
  expect(events[0]?.changes).toEqual(changes)
})

it('whoever is another to the provider is one of their own, though the address is the same', async () => {
  const other = aMember({ subject: 'another' })
  const { open, writes } = aServer([other])
  const { member } = await open()
  expect(writes()[0]).toEqual({ kind: 'member', before: null, after: member })
})

it('whoever was blocked, or has come into the list meanwhile, is not let in', async () => {
  const blocked = aServer([aMember(), aMember({ subject: 'another', blockedAt: NOW - 60 })])
  await expect(blocked.open()).rejects.toMatchObject({
    code: 'forbidden',
    message: 'An administrator has blocked you here.',
  })
  const listed = aServer([], [PERSON.email])
  await expect(listed.open()).rejects.toMatchObject({
    code: 'forbidden',
    message: 'You have just been added as an administrator: sign in again.',
  })
  expect([blocked.commits, listed.commits]).toEqual([[], []])
})

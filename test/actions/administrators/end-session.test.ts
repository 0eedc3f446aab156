import { expect, it } from 'vitest'
import { endSession } from '../../../src/actions/administrators/end-session.ts'
import type { FoundSession, Session } from '../../../src/domain/session.ts'
import { NOW } from '../../domain/arbitraries.ts'
import { memoryLedger } from '../memory.ts'
import { BOOTSTRAP, REQUEST } from '../one-client.ts'

const aSession = (fields: Partial<Session> = {}): Session => ({
  sessionId: 'session_1',
  administratorId: 'administrator_1',
  createdAt: NOW - 60,
  expiresAt: NOW + 60,
  endedAt: null,
  ...fields,
})
// As much of a person as the end of their session needs.
const SOMEBODY = {} as NonNullable<FoundSession['administrator'] & FoundSession['member']>

function aServer(found: FoundSession | null) {
  const ledger = memoryLedger()
  const sessions = { find: async (id: string) => (id === 'session_1' ? found : null) }
  return { ...ledger, deps: { ...ledger.deps, sessions } }
}

it.each<[string, FoundSession]>([
  ['the list of administrators', { session: aSession(), administrator: SOMEBODY, member: null }],
  ['a group', { session: aSession(), administrator: null, member: SOMEBODY }],
  [
    'the bootstrap token',
    { session: aSession({ administratorId: null }), administrator: null, member: null },
  ],
])('a session of %s ends once and for all', async (_, found) => {
  const { deps, commits, events } = aServer(found)
  await endSession(deps, REQUEST, 'session_1')
  const { session: before } = found
  const after = { ...before, endedAt: NOW }
  expect(commits.flatMap(({ writes }) => writes)).toEqual([{ kind: 'session', before, after }])
  const target = { type: 'session', id: 'session_1' }
  const event = { actor: BOOTSTRAP, clientId: null, target, requestId: 'request_1' }
  expect(events).toMatchObject([{ ...event, action: 'session.ended' }])
})

it.each<[string, FoundSession | null]>([
  ['is not known', null],
  ['has ended', { session: aSession({ endedAt: NOW - 1 }), administrator: SOMEBODY, member: null }],
  ['is over', { session: aSession({ expiresAt: NOW }), administrator: SOMEBODY, member: null }],
  ['is of somebody who was removed', { session: aSession(), administrator: null, member: null }],
])('one that %s is not told of', async (_, found) => {
  const { deps, commits } = aServer(found)
  await endSession(deps, REQUEST, 'session_1')
  expect(commits).toEqual([])
})

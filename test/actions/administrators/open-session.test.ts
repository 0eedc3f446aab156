import { expect, it } from 'vitest'
import { openSession } from '../../../src/actions/administrators/open-session.ts'
import { HOUR } from '../../../src/domain/time.ts'
import { NOW } from '../../domain/arbitraries.ts'
import { memoryLedger } from '../memory.ts'
import { BOOTSTRAP, unasked } from '../one-client.ts'

const ADA = { administratorId: 'administrator_1', email: 'ada@example.com' }

function aServer(find: (id: string) => Promise<unknown>) {
  const ledger = memoryLedger()
  return { ...ledger, deps: { ...ledger.deps, administrators: { find } as never } }
}

const sessionOf = (administratorId: string | null) => ({
  sessionId: expect.stringMatching(/^session_[0-9A-Za-z]{22}$/),
  administratorId,
  createdAt: NOW,
  expiresAt: NOW + 8 * HOUR,
  endedAt: null,
})

it('the holder of the bootstrap token gets a session, and no administrator is looked for', async () => {
  const { deps, commits, events } = aServer(unasked)
  const session = await openSession(deps, { who: BOOTSTRAP, requestId: 'request_1' })
  expect(session).toEqual(sessionOf(null))
  expect(commits[0]?.writes).toEqual([{ kind: 'session', before: null, after: session }])
  const target = { type: 'session', id: session.sessionId }
  const event = { actor: BOOTSTRAP, clientId: null, target, requestId: 'request_1' }
  expect(events).toMatchObject([{ ...event, action: 'session.created' }])
})

it('an administrator gets one with the address that was verified, and with no other', async () => {
  const { deps, commits, events } = aServer(async (id) => (id === ADA.administratorId ? ADA : null))
  const open = (id: string, email: string) =>
    openSession(deps, { who: { type: 'administrator', id, email }, requestId: 'request_1' })
  const session = await open(ADA.administratorId, ADA.email)
  expect(session).toEqual(sessionOf(ADA.administratorId))
  const actor = { type: 'administrator', id: ADA.administratorId }
  expect(events).toMatchObject([{ action: 'session.created', actor }])
  const message = 'You are not an administrator of this Portcullis any more.'
  for (const [id, email] of [
    [ADA.administratorId, 'other@example.com'],
    ['administrator_2', ADA.email],
  ] as const) {
    await expect(open(id, email)).rejects.toMatchObject({ code: 'forbidden', message })
  }
  expect(commits).toHaveLength(1)
})

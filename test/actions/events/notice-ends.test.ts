import { expect, it } from 'vitest'
import { noticeEnds } from '../../../src/actions/events/notice-ends.ts'
import type { DueNotice } from '../../../src/domain/due-notices.ts'
import { DAY, isoTime } from '../../../src/domain/time.ts'
import { NOW } from '../../domain/arbitraries.ts'
import { memoryLedger } from '../memory.ts'

const EXPIRING: DueNotice = {
  action: 'secret.expiring',
  kind: 'secret',
  clientId: 'client_1',
  credentialId: 'secret_1',
  expiresAt: NOW + DAY,
}
const REFUSED_TODAY = { wrong_secret: 100 } as never
const REFUSED: DueNotice = {
  action: 'client.refused_often',
  clientId: 'client_2',
  refusedToday: REFUSED_TODAY,
}

async function noticed(due: DueNotice[]) {
  const { deps, commits, events } = memoryLedger()
  const asked: unknown[] = []
  const find = async (...of: unknown[]) => {
    asked.push(of)
    return due
  }
  await noticeEnds({ ...deps, dueNotices: { find }, reminderDays: [7, 30, 1] }, NOW - DAY)
  return { asked, events, writes: commits.flatMap((commit) => commit.writes) }
}

it('what is due becomes events of the server, and is marked as told', async () => {
  const { asked, events, writes } = await noticed([EXPIRING, REFUSED])
  const question = [NOW, NOW - DAY, 30 * DAY, 50]
  expect(asked).toEqual([question, question])
  const system = { actor: { type: 'system', id: 'portcullis' }, requestId: 'system' }
  expect(events).toMatchObject([
    {
      ...system,
      action: 'secret.expiring',
      clientId: 'client_1',
      target: { type: 'secret', id: 'secret_1' },
      changes: { expires_at: { from: null, to: isoTime(NOW + DAY) } },
    },
    {
      ...system,
      action: 'client.refused_often',
      clientId: 'client_2',
      target: { type: 'client', id: 'client_2' },
      changes: { refused_today: { from: null, to: REFUSED_TODAY } },
    },
  ])
  expect(writes).toEqual([{ kind: 'expiries_told', secretIds: ['secret_1'] }])
})

it('nothing is asked for twice where nothing is due', async () => {
  const { asked, events } = await noticed([])
  expect([asked.length, events]).toEqual([1, []])
})

import { expect, it } from 'vitest'
import type { RefusedRequest } from '../../src/domain/refusal-log.ts'
import { boundedRefusalLog } from '../../src/web/refusal-log.ts'

const NOW = 1_800_000_000

const refused = (clientId: string): RefusedRequest => ({
  endpoint: 'POST /oauth/token',
  status: 401,
  reason: 'wrong_secret',
  clientId,
  isProven: false,
  requestId: 'request_1',
})

it.each([
  ['a minute later', 60],
  ['where the clock is set back', -3600],
])('begins to count anew %s', (_, later) => {
  const lines: unknown[] = []
  const log = boundedRefusalLog((line) => void lines.push(line))
  const note = (now: number, clients: number) => {
    lines.length = 0
    for (let n = 0; n < clients; n++) log.note(refused(`client_${n}`), now)
    return lines.length
  }
  expect(note(NOW, 300)).toBe(203)
  expect(note(NOW + 59, 300)).toBe(0)
  expect(note(NOW + later, 300)).toBe(203)
})

import { describe, expect, it } from 'vitest'
import {
  commitChange,
  type Decision,
  eventBy,
  NO_ONE_TO_ASK,
} from '../../../src/actions/changes/commit-change.ts'
import { verifyAuditLog } from '../../../src/actions/audit/verify-audit-log.ts'
import type { Principal } from '../../../src/domain/authority.ts'
import { Refusal } from '../../../src/domain/errors.ts'
import { NOW } from '../../domain/arbitraries.ts'
import { memoryAnchors, memoryLedger } from '../memory.ts'

const PRINCIPAL: Principal = { type: 'bootstrap', id: 'bootstrap' }
const request = { principal: PRINCIPAL, requestId: 'request_1' }
const event = (id: string) => eventBy(request, 'role.created', { type: 'role', id })

function decisionOf(...ids: string[]): Decision<string> {
  return { result: ids.join(), events: ids.map(event), writes: [] }
}

describe('a change', () => {
  it('says who did what to what, when and in which request', async () => {
    const { deps, events } = memoryLedger()
    expect(await commitChange(deps, NO_ONE_TO_ASK, async () => decisionOf('role_1'))).toBe('role_1')
    expect(events).toEqual([
      {
        seq: 1,
        eventId: expect.stringMatching(/^evt_[0-9A-Za-z]{22}$/),
        at: NOW,
        seal: expect.stringMatching(/^1\./),
        action: 'role.created',
        actor: { type: 'bootstrap', id: 'bootstrap' },
        clientId: null,
        target: { type: 'role', id: 'role_1' },
        requestId: 'request_1',
      },
    ])
  })

  it('numbers and seals its events one after another, and continues the log', async () => {
    const { deps, events } = memoryLedger()
    await commitChange(deps, NO_ONE_TO_ASK, async () => decisionOf('role_1', 'role_2'))
    await commitChange(deps, NO_ONE_TO_ASK, async () => decisionOf('role_3'))
    expect(events.map(({ seq, target }) => [seq, target.id])).toEqual([
      [1, 'role_1'],
      [2, 'role_2'],
      [3, 'role_3'],
    ])
    expect(new Set(events.map(({ eventId }) => eventId)).size).toBe(3)
    const log = {
      ...deps,
      auditEvents: {
        list: async () => events,
        since: async (after: number) => events.filter(({ seq }) => seq > after),
        ofIncident: async () => [],
        seals: async () => new Map<number, string>(),
        names: async () => new Map(),
        people: async () => [],
      },
      ...memoryAnchors(),
    }
    const verdict = await verifyAuditLog(log, { seq: 0, seal: '' }, 1)
    expect(verdict).toMatchObject({ intact: true, complete: true, position: { seq: 3 } })
  })

  it('that changes nothing commits nothing', async () => {
    const { deps, commits, turns } = memoryLedger()
    expect(await commitChange(deps, NO_ONE_TO_ASK, async () => decisionOf())).toBe('')
    expect([commits, turns]).toEqual([[], []])
  })
})

describe('the right to a change', () => {
  const lost = new Refusal('invalid_token', 'not any more')

  it('INV-16: is confirmed behind the head of the log and before anything is decided', async () => {
    const { deps } = memoryLedger()
    const asked: string[] = []
    const note = <T>(what: string, answer: T) => {
      asked.push(what)
      return Promise.resolve(answer)
    }
    const ledger = { ...deps.ledger, head: () => note('head', { seq: 0, seal: '' }) }
    const confirmRight = () => note('right', undefined)
    await commitChange({ ...deps, ledger }, { confirmRight }, () => note('decide', decisionOf('r')))
    expect(asked).toEqual(['head', 'right', 'decide'])
  })

  it('INV-16: is confirmed with each attempt; lost meanwhile, nothing is committed', async () => {
    const { deps, commits, turns } = memoryLedger({ losses: 1 })
    let asked = 0
    const confirmRight = async () => {
      if (++asked > 1) throw lost
    }
    const change = commitChange(deps, { confirmRight }, async () => decisionOf('role_1'))
    await expect(change).rejects.toBe(lost)
    expect([asked, turns.length, commits]).toEqual([2, 1, []])
  })

  it("is needed also where nothing would change: what is there is nobody else's to know", async () => {
    const { deps } = memoryLedger()
    const confirmRight = () => Promise.reject(lost)
    await expect(commitChange(deps, { confirmRight }, async () => decisionOf())).rejects.toBe(lost)
  })
})

describe('a change that others come before', () => {
  const tries = async (losses: number, attempts?: number) => {
    const memory = memoryLedger({ losses })
    let looks = 0
    const decide = async () => decisionOf(`look_${++looks}`)
    const end = await commitChange(memory.deps, NO_ONE_TO_ASK, decide, attempts).catch(
      (error: unknown) => error,
    )
    return { ...memory, looks, end }
  }

  it('looks again, and commits what it saw last', async () => {
    const { end, looks, commits, waits } = await tries(2)
    expect([end, looks, commits.length]).toEqual(['look_3', 3, 1])
    expect(waits).toEqual([0, 1])
  })

  it('takes a turn after three losses, one and the same until it commits', async () => {
    const { turns, reserved, end } = await tries(5)
    expect(end).toBe('look_6')
    const [turn = ''] = reserved
    expect(turn).toMatch(/^[0-9A-Za-z]{16}$/)
    expect(reserved).toEqual([turn, turn, turn])
    expect(turns).toEqual([null, null, null, turn, turn, turn])
  })

  it('gives up after sixty attempts, and says that others came first', async () => {
    const { end, looks, commits } = await tries(1000)
    expect(end).toMatchObject({ name: 'Unavailable', what: 'changes' })
    expect(String(end)).toBe('Unavailable: too many changes at once: others came first each time')
    expect([looks, commits]).toEqual([60, []])
  })

  it('takes no turn when it is to give way, and gives up early', async () => {
    const { end, looks, reserved, turns } = await tries(1000, 8)
    expect(end).toMatchObject({ name: 'Unavailable' })
    expect([looks, reserved]).toEqual([8, []])
    expect(turns).toEqual(Array(8).fill(null))
  })
})

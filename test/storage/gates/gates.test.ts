import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { settleGates, settleMade } from '../../../src/actions/changes/settle-gates.ts'
import type { Gates } from '../../../src/domain/gate.ts'
import { gateCalls } from '../../../src/storage/gates/gate-binding.ts'
import { gatesBehind } from '../../../src/storage/gates/gates.ts'

const LEASE = 10

beforeEach(() => void vi.useFakeTimers())
afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
})

/** Calls of gates by what they were asked; `broken`: the gate that does not confirm. */
function binding(broken?: string) {
  const asked: unknown[][] = []
  const gates = {
    idFromName: (name: string) => `id of ${name}`,
    get: (id: string) => ({
      facts: async (clientId: string, leaseMs: number) => {
        asked.push(['facts', id, clientId, leaseMs])
        return { generation: 7 } as never
      },
      invalidate: async () => {
        asked.push(['invalidate', id])
        if (id === `id of ${broken}`) throw new Error('out of reach')
      },
      answers: async () => {
        asked.push(['answers', id])
        if (broken === 'all') throw new Error('out of reach')
        return true
      },
    }),
  }
  return { asked, gates }
}

describe('calls of gates', () => {
  it('go to the gate of the client, with the lease in milliseconds', async () => {
    const { asked, gates } = binding()
    const calls = gateCalls(gates, LEASE)
    expect(await calls.facts('client_1')).toEqual({ generation: 7 })
    await calls.invalidate('client_2')
    expect(await calls.answers()).toBe(true)
    expect(asked).toEqual([
      ['facts', 'id of client_1', 'client_1', 10_000],
      ['invalidate', 'id of client_2'],
      ['answers', 'id of .health'],
    ])
    expect(vi.getTimerCount()).toBe(0)
  })

  it('make no object for an id that no client may have', async () => {
    const { asked, gates } = binding()
    const calls = gateCalls(gates, LEASE)
    await expect(calls.facts('a b')).rejects.toThrow('no client has such an id')
    await expect(calls.invalidate('')).rejects.toThrow('no client has such an id')
    expect(asked).toEqual([])
  })

  it('are given up after two seconds', async () => {
    const never = { ...binding().gates, get: () => ({ answers: () => new Promise(() => {}) }) }
    const ended = vi.fn<(error: Error) => void>()
    void gateCalls(never as never, LEASE)
      .answers()
      .catch(ended)
    await vi.advanceTimersByTimeAsync(1999)
    expect(ended).not.toHaveBeenCalled()
    await vi.advanceTimersByTimeAsync(1)
    expect(ended).toHaveBeenCalledWith(new Error('it timed out'))
  })
})

describe('INV-20: behind a commit', () => {
  /** How long a change waits that touched these clients, in milliseconds. */
  async function waits(touched: ReadonlySet<string> | 'everybody', broken?: string) {
    const { asked, gates } = binding(broken)
    const slept: number[] = []
    const sleep = async (ms: number) => void slept.push(ms)
    const time = { now: () => Date.now(), sleep }
    await gatesBehind(gateCalls(gates, LEASE), time).settle(touched)
    return { asked: asked.map(([, id]) => id), slept }
  }

  it('each gate is told, and nobody waits where all confirm it', async () => {
    expect(await waits(new Set(['client_1', 'client_2']))).toEqual({
      asked: ['id of client_1', 'id of client_2'],
      slept: [],
    })
  })

  it('the lease and a second are waited out where one gate does not confirm it', async () => {
    const { asked, slept } = await waits(new Set(['client_1', 'client_2']), 'client_1')
    expect([asked.length, slept]).toEqual([2, [11_000]])
  })

  it('the lease is waited out where everybody is touched, and no gate is told', async () => {
    expect(await waits('everybody')).toEqual({ asked: [], slept: [11_000] })
  })

  it('the wait is counted from when the gates were told', async () => {
    const slept: number[] = []
    const times = [1000, 5000]
    const time = { now: () => times.shift() ?? 0, sleep: async (ms: number) => void slept.push(ms) }
    await gatesBehind(gateCalls(binding('client_1').gates, LEASE), time).settle(
      new Set(['client_1']),
    )
    expect(slept).toEqual([7000])
  })

  it('an id that no client may have has no gate to be told', async () => {
    expect(await waits(new Set(['a b']))).toEqual({ asked: [], slept: [] })
  })

  it('the wait is one of the real clock where no other is given', async () => {
    const ended = vi.fn<() => void>()
    const gates = gatesBehind(gateCalls(binding().gates, LEASE))
    void gates.settle('everybody').then(ended)
    await vi.advanceTimersByTimeAsync(10_999)
    expect(ended).not.toHaveBeenCalled()
    await vi.advanceTimersByTimeAsync(1)
    expect(ended).toHaveBeenCalled()
  })

  it('gates are told without a wait where nobody asks for one, and say whether they answer', async () => {
    const one = (broken?: string) => gatesBehind(gateCalls(binding(broken).gates, LEASE))
    expect(await one().tell(new Set(['client_1']))).toBe(true)
    expect(await one('client_1').tell(new Set(['client_1', 'client_2']))).toBe(false)
    expect([await one().answers(), await one('all').answers()]).toEqual([true, false])
  })
})

describe('an answer waits for the gates', () => {
  /** Tells what the gates were to forget before the answer. */
  function settled(act: (deps: Parameters<typeof settleGates>[0]) => void) {
    const touched: unknown[] = []
    const settle = async (what: unknown) => void touched.push(what)
    const gates = { settle } as Partial<Gates> as Gates
    const waited: unknown[] = []
    act({ gates, answerAfter: (work) => void waited.push(work) })
    expect(waited).toHaveLength(touched.length)
    return touched.map((one) => (one instanceof Set ? [...(one as Set<string>)] : one))
  }

  it('that know of what it touched, and for none where it touched nobody', () => {
    expect(settled((deps) => settleGates(deps, new Set(['client_1'])))).toEqual([['client_1']])
    expect(settled((deps) => settleGates(deps, 'everybody'))).toEqual(['everybody'])
    expect(settled((deps) => settleGates(deps, new Set()))).toEqual([])
    expect(settled((deps) => settleGates({ ...deps, gates: null }, 'everybody'))).toEqual([])
  })

  it.each([
    ['client', ['client_2'], [['client_1', 'client_2']]],
    ['secret', ['client_2'], [['client_2']]],
    ['secret', [], []],
    ['role', ['client_2'], ['everybody']],
    ['api', [], ['everybody']],
    ['issuer', [], ['everybody']],
    ['signing_key', [], ['everybody']],
  ] as const)('that may not know what an earlier request made: a %s of %j', (type, of, whom) => {
    const made = { type, id: 'client_1' }
    expect(settled((deps) => settleMade(deps, made, [...of]))).toEqual(whom)
  })

  it('that names no client besides the one that was made', () => {
    const made = { type: 'client', id: 'client_1' } as const
    expect(settled((deps) => settleMade(deps, made))).toEqual([['client_1']])
  })
})

import { expect, it } from 'vitest'
import { commitChange, eventBy } from '../../../src/actions/changes/commit-change.ts'
import { commitOnce } from '../../../src/actions/changes/make-once.ts'
import {
  settleClients,
  settleGates,
  settleMade,
} from '../../../src/actions/changes/settle-gates.ts'
import type { Gates, Touched } from '../../../src/domain/gate.ts'
import type { Made } from '../../../src/domain/idempotency.ts'
import { aClient } from '../../domain/arbitraries.ts'
import { memoryLedger } from '../memory.ts'
import { REQUEST } from '../one-client.ts'

/** Gates that say of whom they forget, and the answer that waits for them. */
function noted() {
  const told: Touched[] = []
  const awaited: unknown[] = []
  const gates: Gates = {
    settle: async (touched) => void told.push(touched),
    tell: async () => {},
    answers: async () => true,
  }
  const answerAfter = (work: Promise<unknown>) => void awaited.push(work)
  return { told, awaited, deps: { gates, answerAfter } }
}

it('gates forget what a change touches, and the answer waits for them', () => {
  const { told, awaited, deps } = noted()
  settleGates(deps, new Set(['client_1']))
  settleGates(deps, 'everybody')
  expect(told).toEqual([new Set(['client_1']), 'everybody'])
  expect(awaited).toEqual([expect.any(Promise), expect.any(Promise)])
})

it('nothing is told where no client is touched, nor where there are no gates', () => {
  const { told, awaited, deps } = noted()
  settleGates(deps, new Set())
  settleClients(deps, [])
  settleGates({ ...deps, gates: null }, 'everybody')
  expect([told, awaited]).toEqual([[], []])
})

it.each<[Made, string[] | undefined, Touched[]]>([
  [{ type: 'role', id: 'role_1' }, ['client_2'], ['everybody']],
  [{ type: 'api', id: 'api_1' }, undefined, ['everybody']],
  [{ type: 'issuer', id: 'issuer_1' }, undefined, ['everybody']],
  [{ type: 'signing_key', id: 'key_1' }, undefined, ['everybody']],
  [{ type: 'client', id: 'client_1' }, undefined, [new Set(['client_1'])]],
  [{ type: 'client', id: 'client_1' }, ['client_2'], [new Set(['client_1', 'client_2'])]],
  [{ type: 'secret', id: 'secret_1' }, ['client_2'], [new Set(['client_2'])]],
  [{ type: 'secret', id: 'secret_1' }, undefined, []],
])('of what an earlier request made: %j, and of the clients %j', (made, of, expected) => {
  const { told, deps } = noted()
  settleMade(deps, made, of)
  expect(told).toEqual(expected)
})

it('a change has the gates of its clients forget, once it is committed or found made', async () => {
  const { deps, settled } = memoryLedger()
  const after = aClient({ clientId: 'client_1' })
  const event = eventBy(REQUEST, 'client.created', { type: 'client', id: 'client_1' })
  const request = { ...REQUEST, idempotency: { key: 'form', content: '' } }
  const create = () =>
    commitOnce(deps, request, async () => ({
      result: undefined,
      events: [event],
      writes: [{ kind: 'client', before: null, after }],
      speaksOf: ['client_2'],
    }))
  await create()
  expect(settled).toEqual([new Set(['client_2', 'client_1'])])
  await expect(create()).rejects.toMatchObject({ name: 'MadeBefore' })
  expect(settled.slice(1)).toEqual([new Set(['client_1'])])
  const nothing = { result: undefined, events: [], writes: [], speaksOf: ['client_3'] }
  await commitChange(deps, REQUEST, async () => nothing)
  expect(settled.slice(2)).toEqual([new Set(['client_3'])])
})

it('a change that is refused tells no gate', async () => {
  const { deps, settled } = memoryLedger()
  const lost = new Error('D1 does not answer')
  await expect(commitOnce(deps, REQUEST, () => Promise.reject(lost))).rejects.toBe(lost)
  expect(settled).toEqual([])
})

import { expect, it } from 'vitest'
import { gatesOfRun } from '../../../src/actions/scheduled/tell-gates.ts'
import type { Gates } from '../../../src/domain/gate.ts'

/** Gates that note whom they were told of, and never confirm that they forgot. */
function noted() {
  const told: string[][] = []
  const gates: Gates = {
    settle: () => new Promise(() => {}),
    async tell(ids) {
      told.push([...ids])
    },
    answers: async () => true,
  }
  return { told, ...gatesOfRun(gates) }
}

const clients = (many: number) => new Set(Array.from({ length: many }, (_, n) => `client_${n}`))

it('tells the gates of a job when it is over, each client once, and waits for none', async () => {
  const { gates, tell, told } = noted()
  await gates?.settle(clients(2))
  await gates?.settle(clients(3))
  expect(told).toEqual([])
  await tell(20)
  await tell(20)
  expect(told).toEqual([['client_0', 'client_1', 'client_2']])
})

it('tells no more than the budget has room for, and ten in a run', async () => {
  const { gates, tell, told } = noted()
  for (const left of [-1, 0, 3, 40, 40]) {
    await gates?.settle(clients(9))
    await tell(left)
  }
  expect(told.map(({ length }) => length)).toEqual([3, 7])
})

it('tells nobody of what concerns everybody: that holds after the lease', async () => {
  const { gates, tell, told } = noted()
  await gates?.settle('everybody')
  await tell(20)
  expect(told).toEqual([])
})

it('has nothing to tell where there are no gates', async () => {
  const { gates, tell } = gatesOfRun(null)
  expect(gates).toBeNull()
  await expect(tell(20)).resolves.toBeUndefined()
})

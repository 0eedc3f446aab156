import { afterAll, beforeAll, describe, it } from 'vitest'
import { STATUS } from './pairs.ts'
import { type Theatre, theatre } from './theatre.ts'

const PAIRS = STATUS

describe('INV-1, 3, 4, 8, 9, 10, 14: changes of a status', () => {
  let open: Theatre
  beforeAll(async () => {
    open = await theatre()
  })
  afterAll(() => open.close())

  it.each(PAIRS)('$name: has one outcome, at D1 and at the edge', (pair) => open.prove(pair))
})

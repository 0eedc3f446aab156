import { afterAll, beforeAll, describe, it } from 'vitest'
import { MACHINE } from './rights.ts'
import { type Theatre, theatre } from './theatre.ts'

const PAIRS = MACHINE

describe('INV-16: what a machine changes that loses the right to it', () => {
  let open: Theatre
  beforeAll(async () => {
    open = await theatre()
  })
  afterAll(() => open.close())

  it.each(PAIRS)('$name: came first, or is refused', (pair) => open.prove(pair))
})

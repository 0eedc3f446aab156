import { afterAll, beforeAll, describe, it } from 'vitest'
import { TOKENS } from './pairs.ts'
import { type Theatre, theatre } from './theatre.ts'

const PAIRS = TOKENS

describe('INV-1, 2, 3, 12: tokens', () => {
  let open: Theatre
  beforeAll(async () => {
    open = await theatre()
  })
  afterAll(() => open.close())

  it.each(PAIRS)('$name: lets nothing out that the change forbids', (pair) => open.prove(pair))
})

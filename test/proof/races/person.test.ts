import { afterAll, beforeAll, describe, it } from 'vitest'
import { CLIENT } from './own-endpoints.ts'
import { PERSON, SIGN_OUT } from './rights.ts'
import { type Theatre, theatre } from './theatre.ts'

const PAIRS = [...PERSON, ...SIGN_OUT, ...CLIENT]

describe('INV-16: what a person, or a client of itself, changes that loses the right to it', () => {
  let open: Theatre
  beforeAll(async () => {
    open = await theatre()
  })
  afterAll(() => open.close())

  it.each(PAIRS)('$name: came first, or is refused', (pair) => open.prove(pair))
})

import { afterAll, beforeAll, describe, it } from 'vitest'
import { SECRETS } from './pairs.ts'
import { type Theatre, theatre } from './theatre.ts'

const PAIRS = SECRETS

describe('INV-4, 6, 7, 8, 14: new secrets', () => {
  let open: Theatre
  beforeAll(async () => {
    open = await theatre()
  })
  afterAll(() => open.close())

  it.each(PAIRS)('$name: keeps the cap, and leaves a deleted client none', (pair) =>
    open.prove(pair),
  )
})

import { afterAll, beforeAll, describe, it } from 'vitest'
import { CRON } from './pairs.ts'
import { type Theatre, theatre } from './theatre.ts'

const PAIRS = CRON

describe('INV-9, 13: the cron', () => {
  let open: Theatre
  beforeAll(async () => {
    open = await theatre()
  })
  afterAll(() => open.close())

  it.each(PAIRS)('$name: tells everybody once', (pair) => open.prove(pair))
})

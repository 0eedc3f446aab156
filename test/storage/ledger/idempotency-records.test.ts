import { env } from 'cloudflare:workers'
import { expect, it } from 'vitest'
import type { IdempotencyRecord } from '../../../src/domain/idempotency.ts'
import { openDatabase } from '../../../src/storage/database.ts'
import { d1IdempotencyRecords } from '../../../src/storage/ledger/idempotency-records.ts'

const records = d1IdempotencyRecords(openDatabase(env.DB))
const DAY = 86_400
const NOW = 1_800_000_000

const recordOf = (requestHash: string, madeAt: number): IdempotencyRecord => ({
  keyHash: 'key',
  requestHash,
  made: { type: 'client', id: 'client_1' },
  madeAt,
})

it('the record of a request that changed nothing takes the place of none but one that has expired', async () => {
  const first = recordOf('first', NOW)
  await records.keep(first)
  await records.keep(recordOf('second', NOW + DAY - 1))
  expect(await records.find(['other', 'key'], NOW - 1)).toEqual(first)
  const third = recordOf('third', NOW + DAY)
  await records.keep(third)
  expect(await records.find(['key'], NOW)).toEqual(third)
})

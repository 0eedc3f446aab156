import { env } from 'cloudflare:workers'
import { expect, it } from 'vitest'
import { openDatabase } from '../../../src/storage/database.ts'
import { d1JobStates } from '../../../src/storage/upkeep/job-states.ts'

it('the log of a database that lost its head ends at 0', async () => {
  const begin = () => d1JobStates(openDatabase(env.DB)).begin()
  await env.DB.prepare('UPDATE portcullis_ledger_head SET seq = 7').run()
  expect((await begin()).headSeq).toBe(7)
  await env.DB.prepare('DELETE FROM portcullis_ledger_head').run()
  expect((await begin()).headSeq).toBe(0)
})

import { reset } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { afterEach, beforeEach } from 'vitest'
import { renameLog } from './log-name.ts'
import { setTimersPlainly } from './plain-timers.ts'
import { storageUse } from './storage-use.ts'

setTimersPlainly()

// Storage is isolated for each file alone: every test begins with a migrated, empty database.
beforeEach(renameLog)
beforeEach(makeSchema)
afterEach(emptyStorage)

async function makeSchema(): Promise<void> {
  const use = storageUse()
  if (use.hasSchema || env.TEST_SCHEMA === '') return
  // An earlier test may have written late: that counts, and this does not.
  const { wasAsked } = use
  const schema = env.DB.prepare(env.TEST_SCHEMA)
  use.wasAsked = wasAsked
  await schema.run()
  use.hasSchema = true
}

async function emptyStorage(): Promise<void> {
  const use = storageUse()
  if (use.isSeen && !use.wasAsked) return
  use.wasAsked = false
  use.hasSchema = false
  await reset()
}

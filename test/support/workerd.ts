import { reset } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { afterEach, beforeEach } from 'vitest'
import { renameLog } from './log-name.ts'

// Storage is isolated for each file alone: every test begins with a migrated, empty database.
beforeEach(renameLog)
beforeEach(() => env.DB.batch(env.TEST_SCHEMA.map((sql) => env.DB.prepare(sql))))
afterEach(() => reset())

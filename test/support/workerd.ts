import { applyD1Migrations, reset } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { afterEach, beforeEach } from 'vitest'
import { renameLog } from './log-name.ts'

// Storage is isolated for each file alone: every test begins with a migrated, empty database.
beforeEach(renameLog)
beforeEach(() => applyD1Migrations(env.DB, env.TEST_MIGRATIONS))
afterEach(() => reset())

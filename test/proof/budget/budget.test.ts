import { describe, expect, it } from 'vitest'
import * as server from '../../../src/server.ts'
import { buildServer } from '../build.ts'
import { mostOperations } from './backlog.ts'
import { BUDGET_DEFECTS } from './defects.ts'

/** The operations that Cloudflare's Free plan allows per invocation. */
const LIMIT = 50

describe('the budget of the cron', () => {
  it('is nearly used up by a backlog, and never exceeded', async () => {
    const most = await mostOperations(server, LIMIT)
    expect(most).toBeLessThanOrEqual(LIMIT)
    expect(most).toBeGreaterThan(LIMIT - 5)
  })

  it.each(BUDGET_DEFECTS)('is exceeded where $name', async ({ edits }) => {
    const most = await mostOperations(await buildServer(edits), LIMIT)
    expect(most).toBeGreaterThan(LIMIT)
  })
})

import { describe, expect, it } from 'vitest'
import * as server from '../../../src/server.ts'
import { buildServer } from '../build.ts'
import * as gates from '../gates/entry.ts'
import { mostOperations } from './backlog.ts'
import { BUDGET_DEFECTS, GATE_BUDGET_DEFECTS } from './defects.ts'

/** The operations that Cloudflare's Free plan allows per invocation. */
const LIMIT = 50

describe('the budget of the cron', () => {
  it('is nearly used up by a backlog, and never exceeded', async () => {
    const most = await mostOperations(server, LIMIT)
    expect(most.operations).toBeLessThanOrEqual(LIMIT)
    expect(most.operations).toBeGreaterThan(LIMIT - 5)
  })

  it('is never exceeded by gates that are told, and has room for some', async () => {
    const most = await mostOperations({ ...server, gates }, LIMIT)
    expect(most.operations).toBeLessThanOrEqual(LIMIT)
    expect(most.told).toBeGreaterThan(0)
  })

  it.each(BUDGET_DEFECTS)('is exceeded where $name', async ({ edits }) => {
    const most = await mostOperations(await buildServer(edits), LIMIT)
    expect(most.operations).toBeGreaterThan(LIMIT)
  })

  it.each(GATE_BUDGET_DEFECTS)('is exceeded where $name', async ({ edits }) => {
    const most = await mostOperations({ ...(await buildServer(edits)), gates }, LIMIT)
    expect(most.operations).toBeGreaterThan(LIMIT)
  })
})

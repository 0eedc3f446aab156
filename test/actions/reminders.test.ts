import * as fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { RUNS } from '../domain/arbitraries.ts'
import { actionsWith, reminderWorld } from './reminder-world.ts'

// Each injected fault is logged, as it should be, and says nothing here.
beforeEach(() => {
  vi.spyOn(console, 'error').mockImplementation(() => {})
})
afterEach(() => {
  vi.restoreAllMocks()
  vi.unstubAllGlobals()
})

describe('INV-13: whatever happens', () => {
  it('hands no reminder over twice or when it is not due, and loses none unseen', async () => {
    const world = reminderWorld('email')
    await world.server.cron()
    let accepted = 0
    const actions = actionsWith('accepts', 'refuses', 'loses the answer', 'loses the request')
    await fc.assert(
      fc.asyncProperty(actions, async (actions) => {
        expect(await world.problemsOf(actions)).toEqual([])
        accepted += world.accepted()
      }),
      { ...RUNS, numRuns: 40 },
    )
    // Most runs must have had something to send.
    expect(accepted).toBeGreaterThan(80)
  }, 90_000)

  it('has a webhook that deduplicates take each reminder under one key, and at least once', async () => {
    const world = reminderWorld('webhook')
    vi.stubGlobal('fetch', world.fetchWebhook)
    await world.server.cron()
    let accepted = 0
    const actions = actionsWith('accepts', 'loses the answer', 'loses the request')
    await fc.assert(
      fc.asyncProperty(actions, async (actions) => {
        expect(await world.problemsOf(actions)).toEqual([])
        accepted += world.accepted()
      }),
      { ...RUNS, numRuns: 30 },
    )
    expect(accepted).toBeGreaterThan(50)
  }, 90_000)

  it('has a webhook that refuses at times take each reminder under one key, at least once', async () => {
    const world = reminderWorld('webhook')
    vi.stubGlobal('fetch', world.fetchWebhook)
    await world.server.cron()
    const actions = actionsWith('accepts', 'refuses', 'loses the answer')
    await fc.assert(
      fc.asyncProperty(actions, async (actions) => {
        expect(await world.problemsOf(actions)).toEqual([])
      }),
      { ...RUNS, numRuns: 30 },
    )
  }, 90_000)
})

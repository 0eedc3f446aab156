import { describe, expect, it } from 'vitest'
import { findCheckpoint, proveConsistency } from '../../../src/actions/audit-tree/prove-events.ts'

/** A tree of which the checkpoint of 8 events is the newest, and the only one. */
const CHECKPOINT = { size: 8, root: 'root', at: 0, note: 'note', publicKey: 'key' }
const deps = {
  auditTree: {
    checkpoint: async (size: number | null) => (size === null || size === 8 ? CHECKPOINT : null),
  },
} as unknown as Parameters<typeof findCheckpoint>[0]
const empty = { auditTree: { checkpoint: async () => null } } as unknown as typeof deps

describe('a proof of the audit log', () => {
  it('is of a checkpoint that there is', async () => {
    expect(await findCheckpoint(deps, 8)).toBe(CHECKPOINT)
    await expect(findCheckpoint(deps, 7)).rejects.toMatchObject({
      code: 'not_found',
      message: 'There is no checkpoint of this size.',
    })
    await expect(findCheckpoint(empty, null)).rejects.toMatchObject({
      code: 'not_found',
      message: 'There is no checkpoint yet: the cron signs one within a minute of the first event.',
    })
  })

  it.each([
    [4, 9, 'to', 'must be at most 8, the size of the tree'],
    [6, 5, 'from', 'must not be greater than to'],
  ])('from %i to %i is refused: %s %s', async (older, newer, field, detail) => {
    await expect(proveConsistency(deps, older, newer)).rejects.toMatchObject({
      code: 'invalid_fields',
      extras: { fields: [{ field, detail }] },
    })
  })
})

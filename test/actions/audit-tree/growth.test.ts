import { env } from 'cloudflare:workers'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type Call, type Fault, faultyD1 } from '../../doubles/faults.ts'
import {
  begunServer,
  exported,
  judged,
  olderEvents,
  rootIn,
  runSql,
  signedNow,
  treeSize,
} from '../../support/audit-tree.ts'
import { type TestServer, testServer } from '../../support/server.ts'

beforeEach(() => void vi.spyOn(console, 'error').mockImplementation(() => {}))
afterEach(() => vi.restoreAllMocks())

const INTACT = { problems: [], erased: [] }

describe('the tree', () => {
  it('is extended by the run of the cron behind a change, and by no other', async () => {
    const texts: string[] = []
    const plan = ({ texts: some }: Call) => void texts.push(...some)
    const server = await begunServer({ env: { DB: faultyD1(env.DB, plan) } })
    expect((await server.admin('GET', '/audit-events/checkpoint')).status).toBe(404)
    await server.client()
    await server.cron()
    const first = await rootIn(await signedNow(server))
    expect(first).toMatchObject({ size: 3, origin: expect.stringMatching(/^log%20/) })
    await server.cron()
    texts.length = 0
    await server.cron()
    expect(texts.filter((text) => /audit_tiles|audit_checkpoints/.test(text))).toEqual([])
    await server.client()
    await server.cron()
    expect(await treeSize()).toBe(4)
    expect(await judged(await exported(server))).toEqual(INTACT)
  })

  it('takes in the events of an older installation, a portion a run', async () => {
    const server = await begunServer()
    await server.client()
    await olderEvents(600)
    const sizes: number[] = []
    for (let run = 0; run < 4; run++) {
      await server.cron()
      sizes.push(await treeSize())
    }
    expect(sizes).toEqual([256, 512, 603, 603])
    const kept = await server.adminOk('GET', '/audit-events/checkpoint?size=256')
    const early = {
      checkpoint: String(kept['checkpoint']),
      verifierKey: String(kept['verifier_key']),
    }
    expect(await judged(await exported(server), [early])).toEqual(INTACT)
    await server.client()
    await server.cron()
    expect(await judged(await exported(server), [early])).toEqual(INTACT)
  })

  it('has a leaf without data where an event is missing, and goes on', async () => {
    const server = await begunServer()
    for (const _ of [1, 2, 3]) await server.client()
    await runSql('DELETE FROM portcullis_audit_events WHERE seq = 4')
    await server.cron()
    expect(await judged(await exported(server))).toEqual({ problems: [], erased: [4] })
  })

  it('proves what is left where the personal data of an event is erased', async () => {
    const server = await begunServer()
    const client = await server.client()
    await server.suspend(client, { reason: 'a person said so' })
    await server.cron()
    const early = await signedNow(server)
    await runSql(
      'UPDATE portcullis_audit_events SET reason = NULL, changes = NULL, salt = NULL WHERE seq = 4',
    )
    await server.resume(client)
    await server.cron()
    const file = await exported(server)
    expect(await judged(file, [early])).toEqual({ problems: [], erased: [4] })
    expect(file.leaves[3]).toMatchObject({ event: null, salt: null })
    expect(JSON.stringify(file)).not.toContain('a person said so')
  })

  it('reads a number of rows for a proof that does not grow with the log', async () => {
    const texts: string[] = []
    const plan = ({ texts: some }: Call) => void texts.push(...some)
    const server = await begunServer({ env: { DB: faultyD1(env.DB, plan) } })
    await olderEvents(700)
    for (const _ of [1, 2, 3]) await server.cron()
    texts.length = 0
    await server.adminOk('GET', '/audit-events/proofs?size=702&limit=100')
    await server.adminOk('GET', '/audit-events/consistency?from=256&to=702')
    expect(texts.filter((text) => text.includes('portcullis_audit'))).toHaveLength(5)
  })
})

describe('the key of the tree', () => {
  it('is wrapped anew with the current version of WRAPPING_KEY, and stays the same', async () => {
    const server = await begunServer()
    await server.client()
    await server.cron()
    const before = await signedNow(server)
    const rotated = testServer({ env: { WRAPPING_KEY: `2:${'w'.repeat(32)},${env.WRAPPING_KEY}` } })
    await rotated.client()
    await rotated.cron()
    const after = testServer({ env: { WRAPPING_KEY: `2:${'w'.repeat(32)}` } })
    await after.client()
    // The signing keys of tokens need the older version still.
    await after.cron().catch(() => {})
    const { verifierKey } = await signedNow(after)
    expect(verifierKey).toBe(before.verifierKey)
    expect(await treeSize()).toBe(5)
  })

  it('that somebody else put in its place signs nothing', async () => {
    const server = await begunServer()
    await server.client()
    await server.cron()
    await runSql(`UPDATE portcullis_audit_tree_key SET public_key = '${btoa('k'.repeat(32))}'`)
    await server.client()
    await expect(server.cron()).rejects.toThrow('audit_tree')
    expect(await treeSize()).toBe(3)
  })
})

/** In one run the nth call about the tree goes wrong; `forGood`: so does every later one of the run. */
async function runWithFault(nth: number, fault: Fault, forGood: boolean) {
  const state = { isArmed: false, seen: -1, faults: 0 }
  const isOfTree = ({ texts }: Call) =>
    texts.some((text) => /audit_tiles|audit_checkpoints|SET salt/.test(text))
  const plan = (call: Call): Fault | null => {
    if (!state.isArmed) return null
    if (isOfTree(call)) state.seen++
    const isNow =
      state.seen === nth ? isOfTree(call) : forGood && state.seen > -1 && state.seen >= nth
    if (isNow) state.faults++
    return isNow ? fault : null
  }
  const server = await begunServer({ env: { DB: faultyD1(env.DB, plan) } })
  await server.client()
  await server.cron()
  const kept = await signedNow(server)
  await olderEvents(300)
  state.isArmed = true
  await server.cron().catch(() => {})
  state.isArmed = false
  return { server, kept, faults: state.faults }
}

async function grown(server: TestServer) {
  for (const _ of [1, 2, 3]) await server.cron()
  return exported(server)
}

describe('a run whose database goes wrong', () => {
  it.each(
    [0, 1, 2].flatMap((nth) =>
      (['throws', 'throws after commit'] as const).flatMap((fault) =>
        [false, true].map((forGood) => [nth, fault, forGood] as const),
      ),
    ),
  )(
    'at call %i of the tree, which %s, for good: %s: the next goes on, and nothing is lost',
    async (nth, fault, forGood) => {
      const { server, kept, faults } = await runWithFault(nth, fault, forGood)
      expect(faults).toBeGreaterThan(0)
      const file = await grown(server)
      expect(file.leaves).toHaveLength(303)
      expect(await judged(file, [kept])).toEqual(INTACT)
    },
  )

  it('two runs at once: one extends the tree, the other leaves it', async () => {
    const server = await begunServer()
    await server.client()
    await server.cron()
    const kept = await signedNow(server)
    await olderEvents(300)
    await Promise.all([server.cron(), server.cron(), server.cron()])
    expect(await treeSize()).toBe(259)
    const file = await grown(server)
    expect(await judged(file, [kept])).toEqual(INTACT)
  })
})

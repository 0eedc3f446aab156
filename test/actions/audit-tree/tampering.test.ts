import { beforeEach, describe, expect, it, vi } from 'vitest'
import { begunServer, exported, judged, runSql, signedNow } from '../../support/audit-tree.ts'

beforeEach(() => void vi.spyOn(console, 'error').mockImplementation(() => {}))

const EVENTS = 'portcullis_audit_events'
const COLUMNS = `event_id, at, action, actor_type, actor_id, client_id, target_type, target_id, reason,
  changes, request_id, seal, salt`

/** Eight events in the tree, of which an auditor has kept the checkpoint of the first five. */
async function story() {
  const server = await begunServer()
  await server.api()
  const client = await server.client()
  await server.suspend(client, { reason: 'first' })
  await server.cron()
  const early = await signedNow(server)
  await server.resume(client)
  await server.suspend(client, { reason: 'second' })
  await server.resume(client)
  await server.cron()
  return { server, early, late: await signedNow(server) }
}

describe('an export', () => {
  it('of a log in which nothing was changed is intact, and continues what was kept', async () => {
    const { server, early, late } = await story()
    const file = await exported(server, 2)
    expect(file.leaves.map(({ index }) => index)).toEqual([0, 1, 2, 3, 4, 5, 6, 7])
    expect(await judged(file, [early, late])).toEqual({ problems: [], erased: [] })
  })

  it.each([
    [
      'an edited event',
      [`UPDATE ${EVENTS} SET reason = 'other' WHERE seq = 5`],
      ['Event 5 was altered: it is not the one in the tree of the checkpoint.'],
    ],
    [
      'an edited salt',
      [`UPDATE ${EVENTS} SET salt = hex(randomblob(16)) WHERE seq = 8`],
      ['Event 8 was altered: it is not the one in the tree of the checkpoint.'],
    ],
    [
      'two swapped events',
      [
        `UPDATE ${EVENTS} SET seq = 100 WHERE seq = 5`,
        `UPDATE ${EVENTS} SET seq = 5 WHERE seq = 6`,
        `UPDATE ${EVENTS} SET seq = 6 WHERE seq = 100`,
      ],
      [5, 6].map((n) => `Event ${n} was altered: it is not the one in the tree of the checkpoint.`),
    ],
    [
      'an inserted event',
      [
        `UPDATE ${EVENTS} SET seq = -seq WHERE seq > 6`,
        `UPDATE ${EVENTS} SET seq = 1 - seq WHERE seq < 0`,
        `INSERT INTO ${EVENTS} (seq, ${COLUMNS})
         SELECT 7, 'evt_forged', ${COLUMNS.replace('event_id, ', '')} FROM ${EVENTS} WHERE seq = 5`,
      ],
      [7, 8].map((n) => `Event ${n} was altered: it is not the one in the tree of the checkpoint.`),
    ],
    [
      'an altered leaf',
      [
        `UPDATE portcullis_audit_tiles SET hashes = substr(hashes, 1, 44) || substr(hashes, 1, 44)
          || substr(hashes, 89)`,
      ],
      [
        ...[1, 2, 3, 4, 5, 6, 7, 8].map(
          (n) =>
            `The leaf of event ${n} is not at its place in the tree of the checkpoint: it was altered, inserted or moved.`,
        ),
        'The log does not continue the checkpoint of 5 events: it was rewritten.',
      ],
    ],
  ])('finds %s', async (_, statements, problems) => {
    const { server, early } = await story()
    await runSql(...statements)
    expect(await judged(await exported(server), [early])).toEqual({ problems, erased: [] })
  })

  it('shows where a deleted event was', async () => {
    const { server, early } = await story()
    await runSql(`DELETE FROM ${EVENTS} WHERE seq = 6`)
    const verdict = await judged(await exported(server), [early])
    expect(verdict).toEqual({ problems: [], erased: [6] })
  })

  it('finds what is wrong with the file itself', async () => {
    const { server } = await story()
    const file = await exported(server)
    const [first, second, ...rest] = file.leaves
    if (!first || !second) throw new Error('no leaves')
    const withLeaves = (leaves: typeof file.leaves) => judged({ ...file, leaves })
    expect((await withLeaves([first, ...rest])).problems).toEqual([
      'Event 2 is missing from the file.',
    ])
    expect((await withLeaves(file.leaves.slice(0, 7))).problems).toEqual([
      'Event 8 is missing from the file.',
    ])
    expect((await withLeaves([first, ...file.leaves])).problems).toEqual([
      'An event is in the file twice.',
    ])
    const behind = { ...first, index: 8 }
    expect((await withLeaves([...file.leaves, behind])).problems).toEqual([
      'Event 9 is after the checkpoint: it was inserted.',
    ])
  })
})

describe('somebody who has the database and every key of the audit', () => {
  const REBUILD = [
    'DELETE FROM portcullis_audit_tiles',
    'DELETE FROM portcullis_audit_checkpoints',
    "DELETE FROM portcullis_chores WHERE name = 'audit_tree'",
  ]

  it('rewrites the log and has it signed anew: a kept checkpoint shows it', async () => {
    const { server, early, late } = await story()
    await runSql(`UPDATE ${EVENTS} SET reason = 'forged' WHERE seq = 5`, ...REBUILD)
    await server.cron()
    const file = await exported(server)
    expect(await judged(file)).toEqual({ problems: [], erased: [] })
    expect((await judged(file, [early, late])).problems).toEqual([
      'The log does not continue the checkpoint of 5 events: it was rewritten.',
      'The log does not continue the checkpoint of 8 events: it was rewritten.',
    ])
  })

  it('cuts the log off: a kept checkpoint shows it', async () => {
    const { server, early, late } = await story()
    const head = `(SELECT seal FROM ${EVENTS} WHERE seq = 6)`
    await runSql(
      `UPDATE portcullis_ledger_head SET seq = 6, seal = ${head}`,
      `DELETE FROM ${EVENTS} WHERE seq > 6`,
      ...REBUILD,
    )
    await server.cron()
    const file = await exported(server)
    expect((await judged(file, [early])).problems).toEqual([])
    expect((await judged(file, [late])).problems).toEqual([
      'The file ends at event 6, and a checkpoint of 8 events was signed: the log was cut off, or the file is older.',
    ])
  })

  it('alters the hashes: nothing is signed any more that does not continue the last checkpoint', async () => {
    const { server } = await story()
    await runSql(
      `UPDATE portcullis_audit_tiles SET hashes = substr(hashes, 45, 44) || substr(hashes, 45)`,
    )
    await server.client()
    await expect(server.cron()).rejects.toThrow('audit_tree')
    const { size } = (await server.adminOk('GET', '/audit-events/checkpoint')) as { size: number }
    expect(size).toBe(8)
  })
})

describe('an export of one event', () => {
  it('is proven, and so is that the log continues what was kept', async () => {
    const { server, early, late } = await story()
    const file = await exported(server)
    const event = file.leaves[6]
    if (!event?.event) throw new Error('no event')
    const id = String((JSON.parse(event.event) as unknown[])[2])
    const { data } = await server.adminOk('GET', `/audit-events/proofs?size=8&event_id=${id}`)
    expect(data).toEqual([event])
    const one = { ...file, head: { ...file.head, events: 'one' as const }, leaves: [event] }
    expect((await judged(one, [early])).problems).toEqual([
      'The file has no proof that the log continues the checkpoint of 5 events: export it with --since.',
    ])
    const consistency = await server.adminOk('GET', '/audit-events/consistency?from=5&to=8')
    const proven = { ...one, consistency: [consistency as (typeof file.consistency)[number]] }
    expect((await judged(proven, [early, late])).problems).toEqual([])
    const [line] = proven.consistency
    const forged = [{ from: 5, to: 8, proof: line?.proof.toReversed() ?? [] }]
    expect((await judged({ ...proven, consistency: forged }, [early])).problems).toEqual([
      'The log does not continue the checkpoint of 5 events: it was rewritten.',
    ])
  })
})

import { type Admin, openAdmin } from '../admin.ts'
import type { CheckpointBody, ConsistencyBody, PageBody, ProvenEventBody } from '../api-types.ts'
import { action } from '../command.ts'
import { usageFailure } from '../failure.ts'
import { cursorsOf, pagingOptions } from '../pages.ts'
import { progressLine } from '../progress.ts'
import { printLine } from '../terminal.ts'
import { textOf } from '../text-file.ts'
import { readCheckpointText } from '../../platform/signed-note.ts'
import { type ConsistencyLine, type ExportHead, FORMAT } from './export-format.ts'

const PAGE = '100'

const args = {
  event: {
    type: 'string',
    valueHint: 'EVENT_ID',
    description: 'Only this event, with the proof that it is in the log',
  },
  since: {
    type: 'string',
    valueHint: 'FILE',
    description: 'With the proof that the log continues the checkpoint in this file',
  },
  progress: pagingOptions.progress,
} as const

export const exportEvents = action(
  'export',
  'All events with their proofs, as JSON lines for verify --file',
  args,
  async ({ event, since, progress }) => {
    const admin = await openAdmin()
    const answer = await admin.request('GET', '/audit-events/checkpoint')
    const { size, checkpoint, verifier_key: key } = answer.body as CheckpointBody
    const events = event === undefined ? 'all' : 'one'
    const head: ExportHead = { format: FORMAT, events, verifier_key: key, checkpoint }
    printLine(head)
    if (since !== undefined) printLine(await consistencyLine(admin, since, size))
    await printEvents(admin, { size: String(size), ...(event && { event_id: event }) }, progress)
  },
)

async function consistencyLine(admin: Admin, file: string, size: number): Promise<ConsistencyLine> {
  const older = readCheckpointText(textOf(file))
  if (!older) throw usageFailure(`${file} is not a checkpoint.`)
  const query = new URLSearchParams({ from: String(older.size), to: String(size) }).toString()
  const { body } = await admin.request('GET', `/audit-events/consistency?${query}`)
  return { consistency: body as ConsistencyBody }
}

async function printEvents(
  admin: Admin,
  filter: Record<string, string>,
  isForced: boolean,
): Promise<void> {
  const progress = progressLine(isForced)
  const newCursor = cursorsOf(admin)
  let cursor: string | null = null
  do {
    const query = new URLSearchParams({ ...filter, limit: PAGE, ...(cursor && { cursor }) })
    const { body } = await admin.request('GET', `/audit-events/proofs?${query.toString()}`)
    const page = body as PageBody<ProvenEventBody>
    progress.clear()
    for (const one of page.data) printLine(one)
    cursor = newCursor(page.next_cursor)
    if (cursor !== null) progress.show(`Exported ${(page.data.at(-1)?.index ?? 0) + 1} events...`)
  } while (cursor !== null)
  progress.clear()
}

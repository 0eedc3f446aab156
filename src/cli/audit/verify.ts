import { countedInWords } from '../../domain/count.ts'
import { type Admin, openAdmin } from '../admin.ts'
import type { VerdictBody } from '../api-types.ts'
import { action } from '../command.ts'
import { EXIT, usageFailure } from '../failure.ts'
import { cursorsOf, pagingOptions } from '../pages.ts'
import { progressLine } from '../progress.ts'
import { note, print, printJson } from '../terminal.ts'
import { verifyExport } from './verify-export.ts'

const args = {
  file: {
    type: 'string',
    valueHint: 'FILE',
    description: 'Verify this export instead, without a server',
  },
  checkpoint: {
    type: 'string',
    valueHint: 'FILE',
    many: true,
    description: 'A checkpoint that was kept, which the export must continue; several may be given',
  },
  verifierKey: {
    type: 'string',
    valueHint: 'KEY',
    description: 'The key that signs checkpoints, as audit checkpoint --verifier-key prints it',
  },
  allowErased: {
    type: 'boolean',
    description: 'Accept events in the export of which only the leaf is left',
  },
  progress: pagingOptions.progress,
} as const

export const verify = action(
  'verify',
  'Verify the whole audit log; exit code 1 if it is not intact',
  args,
  async (values) => {
    const { file, checkpoint, verifierKey, allowErased } = values
    if (file !== undefined) return verifyExport({ ...values, file })
    if (checkpoint.length > 0 || verifierKey !== undefined || allowErased) {
      throw usageFailure('--checkpoint, --verifier-key and --allow-erased need --file.')
    }
    const verdict = await walk(await openAdmin(), values.progress)
    if (values.json) printJson(verdict)
    else say(verdict)
    return verdict.intact ? EXIT.ok : EXIT.failed
  },
)

/** Asks for one part after the other, until the end or a break. */
async function walk(admin: Admin, isForced: boolean): Promise<VerdictBody> {
  const progress = progressLine(isForced)
  const newCursor = cursorsOf(admin)
  let query = ''
  try {
    for (;;) {
      const { body } = await admin.request('GET', `/audit-events/verification${query}`)
      const verdict = body as VerdictBody
      const cursor = verdict.intact ? newCursor(verdict.next_cursor) : null
      if (!verdict.intact || cursor === null) return verdict
      progress.show(`Verified ${countedInWords(verdict.events, 'event')}...`)
      query = `?${new URLSearchParams({ cursor }).toString()}`
    }
  } finally {
    progress.clear()
  }
}

const WHY: Record<string, string> = {
  missing: 'that event is missing',
  altered: 'that event was altered',
  key_missing: 'that event is sealed by a version of AUDIT_KEY that the server does not have',
  truncated: 'the log ends before its last event',
  not_anchored: 'it is not the log that was anchored outside the database',
}

function say(verdict: VerdictBody): void {
  if (!verdict.intact) {
    const { broken_at: at, reason } = verdict
    return note({ text: 'NOT intact', colour: 'red' }, ` at event ${at}: ${WHY[reason] ?? reason}.`)
  }
  const { events, accepted_up_to: from } = verdict
  const since = from === null ? '' : `; accepted as it was before event ${from}`
  print({ text: 'Intact', colour: 'green' }, `: ${countedInWords(events, 'event')}${since}.`)
}

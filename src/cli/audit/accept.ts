import { countedInWords } from '../../domain/count.ts'
import { openAdmin } from '../admin.ts'
import type { AcceptedLogBody } from '../api-types.ts'
import { action } from '../command.ts'
import { confirm, requireYesOrTerminal, yesOption } from '../confirm.ts'
import { usageFailure } from '../failure.ts'
import { print, printJson } from '../terminal.ts'

const args = {
  brokenAt: {
    type: 'string',
    valueHint: 'EVENT',
    description: 'The number of the event at which verify stops, if its key is lost',
  },
  ...yesOption,
} as const

export const accept = action(
  'accept',
  'Accept the audit log as it is after a restore: events that it lacks are no longer expected',
  args,
  async ({ brokenAt, yes, json }) => {
    const at = readNumber(brokenAt)
    requireYesOrTerminal(yes, 'Events that the log lacks are no longer expected')
    if (!yes) {
      await confirm('Type accept to accept the log as it is', 'accept', 'Nothing was accepted.')
    }
    const admin = await openAdmin()
    const body = at === undefined ? {} : { broken_at: at }
    // Each acceptance is an event.
    const answer = await admin.post('/audit-events/verification', body, 'never')
    if (json) return printJson(answer.body)
    const { events, anchored_at: anchored } = answer.body as AcceptedLogBody
    print(`Accepted with ${countedInWords(events, 'event')}, anchored at ${anchored}.`)
  },
)

function readNumber(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  if (/^[1-9]\d{0,14}$/.test(text)) return Number(text)
  throw usageFailure(`--broken-at "${text}" is not the number of an event.`)
}

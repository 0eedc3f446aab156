import type { ResentBody } from '../api-types.ts'
import { action } from '../command.ts'
import { EXIT, Failure } from '../failure.ts'
import { print, printJson } from '../terminal.ts'
import { postOnce } from './post-once.ts'

const args = {
  eventId: {
    type: 'positional',
    required: false,
    description: 'One event that was set aside (default all of them)',
  },
} as const

export const resend = action(
  'resend',
  'Send events again that were set aside',
  args,
  async ({ eventId, json }) => {
    const body = await postOnce('/events-webhook/resend', eventId ? { event_id: eventId } : {})
    const { results } = body as ResentBody
    if (json) printJson(body)
    else for (const one of results) print(`${one.event_id}: ${one.problem ?? 'accepted'}`)
    if (!json && results.length === 0) print('No event is set aside.')
    const refused = results.filter(({ accepted }) => !accepted).length
    if (refused > 0)
      throw new Failure(EXIT.failed, `${refused} of ${results.length} were not accepted.`)
  },
)

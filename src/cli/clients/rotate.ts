import { openAdmin } from '../admin.ts'
import { action } from '../command.ts'
import { withClient } from '../find-client.ts'
import { note, print, printJson } from '../terminal.ts'
import { readDuration } from '../times.ts'
import type { SecretBody } from '../api-types.ts'
import { clientArgument } from './client-argument.ts'
import { sendOnce, warnToKeepSecret } from './send-once.ts'
import { dayInWords } from './words.ts'

const args = {
  ...clientArgument,
  expiresOn: {
    type: 'string',
    valueHint: 'YYYY-MM-DD',
    description: 'The last day of the new secret',
  },
  retireOthersIn: {
    type: 'string',
    valueHint: 'DURATION',
    description: 'How long its other secrets still work: 0 ends them now, at most 7d (default 24h)',
  },
  activateOnFirstUse: {
    type: 'boolean',
    description: 'Start that time when the new secret is first used, and end nothing before',
  },
} as const

export const rotate = action(
  'rotate',
  'Give a client a new secret, and retire the others',
  args,
  async (values) => {
    const { retireOthersIn: overlap = '24h', expiresOn, activateOnFirstUse: waits } = values
    const wanted = {
      expires_on: expiresOn,
      retire_others_in: readDuration('--retire-others-in', overlap),
      ...(waits ? { activate: 'on_first_use' } : {}),
    }
    const admin = await openAdmin()
    const end = endOfOthers(wanted.retire_others_in === 0 ? null : overlap, waits)
    await withClient(admin, values.client, async (id) => {
      const { body } = await sendOnce(admin, `/clients/${id}/secrets`, wanted, inDoubt(id, end))
      if (values.json) return printJson(body)
      const secret = body as SecretBody & { client_secret: string }
      note(`${id} has a new secret, until ${dayInWords(secret.expires_at)}.`)
      note(`Its others ${end}.`)
      print(secret.client_secret)
      warnToKeepSecret()
    })
  },
)

/** `overlap`: null where they end at once. */
function endOfOthers(overlap: string | null, waits: boolean): string {
  if (waits) return `end ${overlap ?? 'right'} after the new one is first used`
  return overlap === null ? 'end at once' : `end in ${overlap}`
}

function inDoubt(id: string, end: string): string {
  return (
    `${id} may have a new secret anyway, and its others may ${end}. This lists them:\n` +
    `  portcullis clients show ${id}\n` +
    'One that was not shown is lost: rotate again makes another, and retires it with the others.'
  )
}

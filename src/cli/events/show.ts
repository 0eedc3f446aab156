import { openAdmin } from '../admin.ts'
import type { EventsWebhookBody } from '../api-types.ts'
import { action } from '../command.ts'
import { printFields, printTable } from '../table.ts'
import { print, printJson } from '../terminal.ts'
import { timeInWords } from '../times.ts'

const HEAD = ['EVENT', 'TYPE', 'AT', 'PROBLEM']

export const show = action(
  'show',
  'Show what waits for the receiver, and what it refused',
  {},
  async ({ json }) => {
    const { body } = await (await openAdmin()).request('GET', '/events-webhook')
    const webhook = body as EventsWebhookBody
    if (json) return printJson(webhook)
    if (!webhook.configured) return print('No receiver is configured: set EVENTS_WEBHOOK_URL.')
    printFields([
      ['Receiver', webhook.host],
      ['Format', webhook.format],
      ['Pending', String(webhook.pending)],
      ['Failing since', inWords(webhook.failing_since)],
      ['Next attempt', inWords(webhook.next_attempt_at)],
    ])
    printFailures('Last failures', webhook.last_failures)
    printFailures('Set aside', webhook.set_aside)
  },
)

function inWords(time: string | null): string | null {
  return time === null ? null : timeInWords(time)
}

function printFailures(title: string, failures: EventsWebhookBody['set_aside']): void {
  if (failures.length === 0) return
  print(`\n${title}`)
  const rows = failures.map((one) => [one.event_id, one.type, timeInWords(one.at), one.problem])
  printTable(HEAD, rows, 0)
}

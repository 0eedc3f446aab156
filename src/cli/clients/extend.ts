import { EXPIRY_MONTHS_MAX } from '../../domain/secret.ts'
import { EXTENSION_DAYS_MAX, extensionBy, type SecretPatch } from '../../domain/secret-extension.ts'
import { DAY, isoTime, type Seconds } from '../../domain/time.ts'
import { openAdmin } from '../admin.ts'
import type { SecretBody } from '../api-types.ts'
import { action } from '../command.ts'
import { EXIT, Failure, usageFailure } from '../failure.ts'
import { readClient } from '../find-client.ts'
import { print, printJson } from '../terminal.ts'
import { readDuration } from '../times.ts'
import { clientArgument } from './client-argument.ts'
import { dayInWords, endOf } from './words.ts'

const args = {
  ...clientArgument,
  secret: {
    type: 'positional',
    required: true,
    description: 'Its secret_id, as clients show has it',
  },
  by: { type: 'string', valueHint: 'DURATION', description: 'Whole days (default 7d)' },
} as const

export const extend = action(
  'extend',
  'Extend a secret, also for some days after it has expired',
  args,
  async ({ client: named, secret: id, by = '7d', json }) => {
    const days = readDays(by)
    const admin = await openAdmin()
    const client = await readClient(admin, named)
    const before = client.secrets.find(({ secret_id: one }) => one === id)
    if (!before) throw new Failure(EXIT.notFound, `${client.client_id} has no secret ${id}.`)
    const path = `/clients/${client.client_id}/secrets/${id}`
    const patch = bodyOf(extensionBy(days, termOf(before), Math.floor(Date.now() / 1000)))
    const { body } = await admin.request('PATCH', path, { body: patch })
    if (json) return printJson(body)
    print(`${id} works until ${dayInWords(endOf(body as SecretBody))}.`)
  },
)

function readDays(by: string): number {
  const days = readDuration('--by', by) / DAY
  if (!Number.isInteger(days) || days === 0) {
    throw usageFailure(`--by must be a number of whole days, such as 7d, not "${by}".`)
  }
  if (days <= EXTENSION_DAYS_MAX) return days
  throw usageFailure(`--by "${by}" is too long: a secret works for ${EXPIRY_MONTHS_MAX} months.`)
}

function termOf({ expires_at: expires, retires_at: retires }: SecretBody) {
  return { expiresAt: secondsOf(expires), retiresAt: retires === null ? null : secondsOf(retires) }
}

function secondsOf(time: string): Seconds {
  return Date.parse(time) / 1000
}

function bodyOf({ expiresOn, retiresAt }: SecretPatch) {
  return { expires_on: expiresOn, ...(retiresAt ? { retires_at: isoTime(retiresAt) } : {}) }
}

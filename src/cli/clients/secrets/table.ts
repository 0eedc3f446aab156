import type { SecretBody } from '../../api-types.ts'
import { printTable } from '../../table.ts'
import { dayInWords, endOf } from '../words.ts'

const HEAD = ['SECRET', 'ENDS WITH', 'LABEL', 'EXPIRES', 'LAST USED']

export function printSecrets(secrets: SecretBody[]): void {
  printTable(HEAD, secrets.map(secretRow), HEAD.indexOf('LABEL'))
}

function secretRow(secret: SecretBody): string[] {
  const retires = secret.retires_at === null ? '' : ', being retired'
  const expiry = dayInWords(endOf(secret)) + retires
  const { secret_id: id, hint, label = '', last_used_at: lastUsed } = secret
  const waits = typeof secret.retire_others_in === 'number'
  return [id, hint, label, expiry, lastUsed ?? (waits ? 'never: others wait for it' : 'never')]
}

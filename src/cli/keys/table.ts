import type { KeyBody } from '../api-types.ts'
import { dayInWords } from '../clients/words.ts'
import { printTable } from '../table.ts'

const HEAD = ['PUBLIC KEY', 'KID', 'ALGORITHM', 'LABEL', 'EXPIRES', 'LAST USED']

export function printKeys(keys: KeyBody[]): void {
  printTable(HEAD, keys.map(rowOf), HEAD.indexOf('KID'))
}

function rowOf(key: KeyBody): string[] {
  const expiry = key.expires_at === null ? 'never' : dayInWords(key.expires_at)
  return [key.key_id, key.kid, key.algorithm, key.label, expiry, key.last_used_at ?? 'never']
}

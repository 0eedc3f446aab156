import { textFor } from '../../platform/typed-value.ts'
import type { RuleBody } from '../api-types.ts'
import { dayInWords } from '../clients/words.ts'
import { printTable } from '../table.ts'

const HEAD = ['WORKLOAD', 'ISSUER ID', 'CONDITIONS', 'LABEL', 'EXPIRES', 'LAST USED']

export function printWorkloads(rules: RuleBody[]): void {
  printTable(HEAD, rules.map(rowOf), HEAD.indexOf('CONDITIONS'))
}

function rowOf(rule: RuleBody): string[] {
  const { credential_id: id, issuer_id: issuer, label, expires_at: end } = rule
  const expiry = end === null ? 'never' : dayInWords(end)
  return [id, issuer, conditionsOf(rule), label, expiry, rule.last_used_at ?? 'never']
}

function conditionsOf({ subject, claims }: RuleBody): string {
  const named = Object.entries(claims)
  const all = subject === null ? named : [['sub', subject] as const, ...named]
  return all.map(([name, value]) => `${name}=${textFor(value)}`).join(', ')
}

import { textFor } from '../../platform/typed-value.ts'
import { openAdmin } from '../admin.ts'
import type { DiagnosisBody } from '../api-types.ts'
import { action } from '../command.ts'
import { usageFailure } from '../failure.ts'
import { findClientId } from '../find-client.ts'
import { hasPrivateKey } from '../key-file.ts'
import { printTable } from '../table.ts'
import { type Part, print, printJson } from '../terminal.ts'
import { readText } from '../text-file.ts'

const args = {
  file: {
    type: 'positional',
    required: true,
    description: 'A file with the token of a workload, or - for standard input',
  },
  client: {
    type: 'string',
    valueHint: 'CLIENT',
    description: 'The client that it is to act as: its client_id, or its exact name',
  },
} as const

// The token is never taken from an argument: those are in `ps` and in the shell's history.
export const explain = action(
  'explain',
  'Explain why the token of a workload is trusted or refused',
  args,
  async ({ file, client, json }) => {
    const assertion = await readText(file)
    if (assertion === '') throw usageFailure('The token is empty.')
    if (hasPrivateKey(assertion)) throw usageFailure('That is a private key. Nothing was sent.')
    const admin = await openAdmin()
    const id = client === undefined ? undefined : await findClientId(admin, client)
    const sent = { assertion, client_id: id }
    const { body } = await admin.post('/federation/diagnoses', sent, 'as it is')
    if (json) return printJson(body)
    printDiagnosis(body as DiagnosisBody)
  },
)

function printDiagnosis({ client_id: id, checks, rules }: DiagnosisBody): void {
  if (id === null) print({ text: 'Refused', colour: 'red' })
  else print({ text: 'Trusted', colour: 'green' }, `: it acts as ${id}`)
  print()
  printTable(
    ['CHECK', 'RESULT', 'FINDING'],
    checks.map(({ check, holds, detail }) => [check, resultOf(holds), detail]),
  )
  for (const rule of rules) printRule(rule)
}

function printRule(rule: DiagnosisBody['rules'][number]): void {
  const { credential_id: id, client_id: client, matches, expired, conditions } = rule
  const state = matches ? 'matches' : expired ? 'has expired' : 'does not match'
  print()
  print(`${id} of ${client} ${state}:`)
  printTable(
    ['CONDITION', 'RESULT', 'EXPECTED', 'IN THE TOKEN', 'WHY'],
    conditions.map(({ claim, holds, expected, actual, why }) => [
      claim,
      resultOf(holds),
      expected === null ? '' : textFor(expected),
      actualInWords(actual),
      why,
    ]),
  )
}

function resultOf(holds: boolean): Part {
  return holds ? { text: 'right', colour: 'green' } : { text: 'wrong', colour: 'red' }
}

function actualInWords(actual: unknown): string {
  if (actual === null || actual === undefined) return ''
  const isPlain = ['string', 'boolean', 'number'].includes(typeof actual)
  return isPlain ? textFor(actual as string | boolean | number) : JSON.stringify(actual)
}

import { withoutForbiddenCharacters } from '../domain/text.ts'
import { openAdmin } from './admin.ts'
import type { LookupBody, MatchBody } from './api-types.ts'
import { statusCell } from './clients/words.ts'
import { action } from './command.ts'
import { EXIT, usageFailure } from './failure.ts'
import { prompt, readStdin } from './secret-input.ts'
import { printFields, printTable } from './table.ts'
import { note, type Part, print, printJson } from './terminal.ts'
import { timeInWords } from './times.ts'

const args = {
  text: {
    type: 'positional',
    description:
      'The text that was found. Pipe a token or a secret in instead, so that it is not in `ps`',
  },
} as const

export const find = action(
  'find',
  'Find out whose a token, a secret, or a part or an id of one is',
  args,
  async ({ text: argument, json }) => {
    const text = await readFound(argument)
    const admin = await openAdmin()
    const { body } = await admin.post('/credential-lookups', { text }, 'as it is')
    const found = body as LookupBody
    if (argument !== undefined && argument !== '-') warnOf(found)
    if (json) printJson(found)
    else printLookup(found)
    return found.matches.length > 0 ? EXIT.ok : EXIT.notFound
  },
)

async function readFound(argument: string | undefined): Promise<string> {
  const isTyped = process.stdin.isTTY && argument === undefined
  const isPiped = argument === undefined || argument === '-'
  const text = isTyped
    ? await prompt('Token, secret, or a part or an id of one: ', { isHidden: true })
    : isPiped
      ? await readStdin()
      : argument
  if (text.trim() === '') throw usageFailure('There is nothing to look for on standard input.')
  return text
}

/** Warns after the answer: a refusal would come too late, because the text is in the history by now. */
function warnOf({ text_is: kind }: LookupBody): void {
  if (kind !== 'access_token' && kind !== 'secret') return
  note('An argument is in `ps` and in the history of the shell: delete it there, and pipe it in.')
}

const KINDS: Record<MatchBody['kind'], string> = {
  access_token: 'Access token',
  client: 'Client',
  signing_key: 'Signing key of the server',
  secret: 'Secret',
  public_key: 'Public key',
  jwks_uri: 'Published keys',
  federated_credential: 'Federated credential',
  certificate: 'Certificate',
}

function printLookup({ matches, more, notes }: LookupBody): void {
  if (matches.length === 0) print('Found nothing.')
  for (const [at, match] of matches.entries()) {
    if (at > 0) print()
    printMatch(match)
  }
  if (more) note(`There are more than these ${matches.length}.`)
  for (const one of notes) note(one)
}

function printMatch({ kind, works, why, client, credential, findings }: MatchBody): void {
  const verdict: Part = works
    ? { text: 'works', colour: 'green' }
    : { text: 'does not work', colour: 'red' }
  const owner = client ? ` of ${withoutForbiddenCharacters(client.client_name)}` : ''
  print({ text: KINDS[kind] ?? kind, colour: 'bold' }, owner, ': ', verdict)
  printFields([
    ['Why', why.join('\n') || null],
    ...fieldsOf(client),
    ['Credential', credential?.id ?? null],
    ['Label', credential?.label || null],
    ['Key id', credential?.key_id ?? null],
    ['Ends with', credential?.hint ?? null],
    ['Name', credential?.name ?? null],
    ['Expires', credential?.expires_at ? timeInWords(credential.expires_at) : null],
    [
      'Last used',
      credential && (credential.last_used_at ? timeInWords(credential.last_used_at) : 'never'),
    ],
  ])
  if (findings) {
    print()
    printTable(['CHECK', 'RESULT', 'FINDING'], findings.map(findingRow), 2)
  }
}

function fieldsOf(client: MatchBody['client']): [string, string | null][] {
  if (!client) return []
  const status = statusCell(client)
  const { suspended_at: at, suspended_reason: reason, last_token_at: lastToken } = client
  return [
    ['Client id', client.client_id],
    ['Status', typeof status === 'string' ? status : status.text],
    ['Suspended', at && timeInWords(at) + (reason === null ? '' : `: ${reason}`)],
    ['Last token', lastToken ? timeInWords(lastToken) : 'never'],
  ]
}

function findingRow({ check, good, detail }: NonNullable<MatchBody['findings']>[number]): Part[] {
  const result: Part =
    good === null
      ? 'unknown'
      : good
        ? { text: 'OK', colour: 'green' }
        : { text: 'failed', colour: 'red' }
  return [check, result, detail]
}

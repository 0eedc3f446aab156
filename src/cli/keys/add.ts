import { ASSERTION_ALGORITHMS, REPLAYS } from '../../domain/public-key.ts'
import { openAdmin } from '../admin.ts'
import type { KeyBody } from '../api-types.ts'
import { clientArgument } from '../clients/client-argument.ts'
import { sendOnce } from '../clients/send-once.ts'
import { dayInWords } from '../clients/words.ts'
import { action } from '../command.ts'
import { withClient } from '../find-client.ts'
import { printFields } from '../table.ts'
import { note, printJson } from '../terminal.ts'
import { readText } from '../text-file.ts'
import { readPublicKey } from './key-text.ts'

const args = {
  ...clientArgument,
  file: {
    type: 'positional',
    required: true,
    description: 'A file with the public key as PEM or JWK, or - for standard input',
  },
  label: { type: 'string', valueHint: 'TEXT', description: 'Where its private key is kept' },
  expiresOn: {
    type: 'string',
    valueHint: 'YYYY-MM-DD',
    description: 'The last day of the key; without it, it never expires',
  },
  algorithm: {
    type: 'string',
    choices: ASSERTION_ALGORITHMS,
    description: 'For an RSA key, which has several (default RS256)',
  },
  replay: {
    type: 'string',
    choices: REPLAYS,
    description: 'How often one assertion is accepted (default once)',
  },
} as const

export const add = action('add', 'Give a client a public key', args, async (values) => {
  const { label, expiresOn, algorithm, replay } = values
  const key = readPublicKey(await readText(values.file))
  const admin = await openAdmin()
  const wanted = { ...key, label, expires_on: expiresOn, algorithm, replay }
  await withClient(admin, values.client, async (id) => {
    const { body } = await sendOnce(admin, `/clients/${id}/keys`, wanted, inDoubt(id))
    if (values.json) printJson(body)
    else printAdded(id, body as KeyBody)
  })
})

function inDoubt(id: string): string {
  return `${id} may have the key anyway. This lists its keys:\n  portcullis keys list ${id}`
}

function printAdded(id: string, { key_id: keyId, kid, expires_at: expiry }: KeyBody): void {
  const until = expiry === null ? '' : `, until ${dayInWords(expiry)}`
  note(`${id} has a new public key${until}.`)
  printFields([
    ['key_id', keyId],
    ['kid', kid],
  ])
}

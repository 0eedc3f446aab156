import { PRESETS } from '../../domain/federation.ts'
import { openAdmin } from '../admin.ts'
import type { IssuerBody } from '../api-types.ts'
import { sendOnce } from '../clients/send-once.ts'
import { action } from '../command.ts'
import { bodyOf, changesOf, optionsOf } from '../fields.ts'
import { printFields } from '../table.ts'
import { note, printJson } from '../terminal.ts'
import { FIELDS, readKeysInto } from './fields.ts'

const args = {
  issuer: {
    type: 'positional',
    required: true,
    description: 'The iss of its tokens, to the letter',
  },
  preset: {
    type: 'string',
    choices: PRESETS,
    description: 'The platform, which says what is left out (default custom)',
  },
  ...optionsOf(FIELDS),
} as const

export const add = action('add', 'Trust an issuer of workload identities', args, async (values) => {
  const { issuer, preset } = values
  const settings = changesOf(FIELDS, values)
  await readKeysInto(settings, values)
  const wanted = { issuer, preset, ...bodyOf(settings) }
  const { body } = await sendOnce(await openAdmin(), '/issuers', wanted, IN_DOUBT)
  if (values.json) return printJson(body)
  const made = body as IssuerBody
  note(`${made.name} is trusted from now on.`)
  printFields([['issuer_id', made.issuer_id]])
})

const IN_DOUBT =
  'It may be trusted anyway. This lists the trusted issuers:\n  portcullis issuers list'

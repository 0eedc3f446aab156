import { PRESETS } from '../../domain/federation.ts'
import { openAdmin } from '../admin.ts'
import type { IssuerBody } from '../api-types.ts'
import { sendOnce } from '../clients/send-once.ts'
import { action } from '../command.ts'
import { printFields } from '../table.ts'
import { note, printJson } from '../terminal.ts'
import { readText } from '../text-file.ts'
import { readKeySet } from './key-set.ts'

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
  name: { type: 'string', valueHint: 'TEXT', description: 'Its display name' },
  jwksUri: {
    type: 'string',
    valueHint: 'URL',
    description: 'Where its keys are; without it, its metadata says so',
  },
  jwks: {
    type: 'string',
    valueHint: 'FILE',
    description: 'A file with its keys as a JWKS, or - for standard input',
  },
  audience: {
    type: 'string',
    many: true,
    valueHint: 'TEXT',
    description: 'What aud may be; may be repeated (default the issuer of the server)',
  },
  checkJti: {
    type: 'string',
    choices: ['yes', 'no'],
    description: 'Whether each token is accepted once (default as the platform allows)',
  },
} as const

export const add = action('add', 'Trust an issuer of workload identities', args, async (values) => {
  const { issuer, preset, name, jwksUri, audience, checkJti } = values
  const wanted = {
    issuer,
    preset,
    name,
    jwks_uri: jwksUri,
    jwks: values.jwks === undefined ? undefined : readKeySet(await readText(values.jwks)),
    audiences: audience.length === 0 ? undefined : audience,
    check_jti: checkJti === undefined ? undefined : checkJti === 'yes',
  }
  const { body } = await sendOnce(await openAdmin(), '/issuers', wanted, IN_DOUBT)
  if (values.json) return printJson(body)
  const made = body as IssuerBody
  note(`${made.name} is trusted from now on.`)
  printFields([['issuer_id', made.issuer_id]])
})

const IN_DOUBT =
  'It may be trusted anyway. This lists the trusted issuers:\n  portcullis issuers list'

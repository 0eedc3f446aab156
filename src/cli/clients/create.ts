import { openAdmin } from '../admin.ts'
import { action } from '../command.ts'
import { usageFailure } from '../failure.ts'
import { note, printJson } from '../terminal.ts'
import { printFields } from '../table.ts'
import { readDuration } from '../times.ts'
import type { ClientBody } from '../api-types.ts'
import { sendOnce, warnToKeepSecret } from './send-once.ts'
import { labelOf } from '../find-client.ts'
import { dayInWords, soonestEnd } from './words.ts'

const args = {
  name: { type: 'positional', required: true, description: 'What people call it' },
  description: { type: 'string', valueHint: 'TEXT', description: 'What it is for' },
  tag: { type: 'string', many: true, valueHint: 'TAG', description: 'A label; may be repeated' },
  permission: {
    type: 'string',
    many: true,
    valueHint: 'AUDIENCE=PERMISSION',
    description: 'A permission on an API; may be repeated',
  },
  role: {
    type: 'string',
    many: true,
    valueHint: 'ROLE_ID',
    description: 'A role; may be repeated',
  },
  expiresOn: {
    type: 'string',
    valueHint: 'YYYY-MM-DD',
    description: 'The last day of its secret',
  },
  noSecret: {
    type: 'boolean',
    description: 'Without a secret: keys add or certificates add gives it another credential',
  },
  profile: {
    type: 'string',
    valueHint: 'PROFILE',
    description: 'A security profile to hold it to: fapi2; it then gets no secret',
  },
  requireDpop: {
    type: 'boolean',
    description: 'It gets tokens only with a DPoP proof, and bound to its key',
  },
  lifetime: {
    type: 'string',
    valueHint: 'DURATION',
    description: 'Of its tokens, such as 30m (at most 12h)',
  },
} as const

export const create = action(
  'create',
  'Create a client; its secret, if it has one, is shown this once',
  args,
  async (values) => {
    const { description, lifetime, role, tag } = values
    const wanted = {
      client_name: values.name,
      description,
      tags: tag.length === 0 ? undefined : tag,
      permissions: values.permission.map(readPermission),
      roles: role,
      secret: secretOf(values),
      profile: values.profile,
      require_dpop: values.requireDpop || undefined,
      access_token_lifetime:
        lifetime === undefined ? undefined : readDuration('--lifetime', lifetime),
    }
    const admin = await openAdmin()
    const { body } = values.noSecret
      ? await sendOnce(admin, '/clients', wanted, IN_DOUBT_WITHOUT_SECRET, LOST)
      : await sendOnce(admin, '/clients', wanted, IN_DOUBT)
    if (values.json) return printJson(body)
    printCreated(body as CreatedBody)
  },
)

type CreatedBody = ClientBody & { client_secret?: string }

function secretOf({ noSecret, expiresOn }: { noSecret: boolean; expiresOn: string | undefined }) {
  if (noSecret && expiresOn !== undefined) {
    throw usageFailure('--expires-on is the last day of a secret, and --no-secret makes none.')
  }
  if (noSecret) return null
  return expiresOn === undefined ? undefined : { expires_on: expiresOn }
}

const IN_DOUBT_WITHOUT_SECRET =
  'A client may have been made all the same. Look first, for create would make another:\n' +
  '  portcullis clients list --sort=-created_at'

const IN_DOUBT =
  `${IN_DOUBT_WITHOUT_SECRET}\n` +
  'If it is there, its secret is lost: portcullis clients rotate CLIENT_ID gives it one.'

const LOST = (location: string) =>
  `It was made, and the answer was lost: ${location}\nGive it a credential with portcullis keys add or portcullis certificates add.`

/** Splits at the last `=`: an audience may have one in its query. */
function readPermission(text: string) {
  const at = text.lastIndexOf('=')
  if (at > 0) return { audience: text.slice(0, at), permission: text.slice(at + 1) }
  throw usageFailure(`--permission "${text}" is not AUDIENCE=PERMISSION.`)
}

function printCreated(client: CreatedBody): void {
  if (client.client_secret === undefined) return printWithoutSecret(client)
  const end = soonestEnd(client)
  const until = end === null ? '' : ` Its secret lasts until ${dayInWords(end)}.`
  note(`Created ${labelOf(client)}.${until}`)
  printFields([
    ['client_id', client.client_id],
    ['client_secret', client.client_secret],
  ])
  warnToKeepSecret()
}

function printWithoutSecret(client: CreatedBody): void {
  note(`Created ${labelOf(client)}. It gets no token before it has another credential, such as:`)
  note(`  portcullis keys add ${client.client_id} FILE`)
  note(`  portcullis certificates add ${client.client_id} FILE`)
  printFields([['client_id', client.client_id]])
}

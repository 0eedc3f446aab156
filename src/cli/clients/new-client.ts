import type { Admin } from '../admin.ts'
import type { ClientBody } from '../api-types.ts'
import { usageFailure } from '../failure.ts'
import { labelOf } from '../find-client.ts'
import { bodyOf, changesOf, type Given, optionsOf } from '../fields.ts'
import { findId } from '../noun.ts'
import { readPermission } from '../permissions.ts'
import { ROLES } from '../roles/noun.ts'
import { printFields } from '../table.ts'
import { note } from '../terminal.ts'
import { NEW_CLIENT_FIELDS } from './fields.ts'
import { sendOnce, warnToKeepSecret } from './send-once.ts'
import { credentialsOf, dayInWords, soonestEnd } from './words.ts'

export const accessOptions = {
  permission: {
    type: 'string',
    many: true,
    valueHint: 'AUDIENCE=PERMISSION',
    description: 'A permission on an API; may be repeated',
  },
  role: {
    type: 'string',
    many: true,
    valueHint: 'ROLE',
    description: 'The name or the role_id of a role; may be repeated',
  },
} as const

/** The options of a new client beside its name. */
export const newClientOptions = {
  ...accessOptions,
  expiresOn: {
    type: 'string',
    valueHint: 'YYYY-MM-DD',
    description: 'The last day of its secret',
  },
  noSecret: {
    type: 'boolean',
    description: 'Without a secret: keys add or certificates add gives it another credential',
  },
  ...optionsOf(NEW_CLIENT_FIELDS),
} as const

export type NewClientValues = Given & {
  permission: string[]
  role: string[]
  expiresOn: string | undefined
  noSecret: boolean
}

/** The body of a request for a new client, but for its roles: those may have to be looked for. */
export function readNewClient(values: NewClientValues) {
  return {
    ...bodyOf(changesOf(NEW_CLIENT_FIELDS, values)),
    permissions: values.permission.map((text) => readPermission('--permission', text)),
    secret: secretOf(values),
  }
}

export async function roleIdsOf(admin: Admin, named: string[]): Promise<string[]> {
  const ids: string[] = []
  for (const name of named) ids.push(await findId(admin, ROLES, name))
  return ids
}

function secretOf({ noSecret, expiresOn }: Pick<NewClientValues, 'noSecret' | 'expiresOn'>) {
  if (noSecret && expiresOn !== undefined) {
    throw usageFailure('--expires-on is the last day of a secret, and --no-secret makes none.')
  }
  if (noSecret) return null
  return expiresOn === undefined ? undefined : { expires_on: expiresOn }
}

export type CreatedBody = ClientBody & { client_secret?: string }

/** Asks for a new client at `path`. */
export async function makeClient(
  admin: Admin,
  path: string,
  body: object,
  hasSecret: boolean,
): Promise<CreatedBody> {
  const publishesKeys = 'jwks_uri' in body && body.jwks_uri !== null
  const answer = hasSecret
    ? await sendOnce(admin, path, body, IN_DOUBT)
    : await sendOnce(admin, path, body, IN_DOUBT_WITHOUT_SECRET, lost(publishesKeys))
  return answer.body as CreatedBody
}

const IN_DOUBT_WITHOUT_SECRET =
  'A client may have been created anyway. Look first, because create would make another:\n' +
  '  portcullis clients list --sort=-created_at'

const IN_DOUBT =
  `${IN_DOUBT_WITHOUT_SECRET}\n` +
  'If it is there, its secret is lost: portcullis clients rotate CLIENT_ID gives it one.'

const lost = (publishesKeys: boolean) => (location: string) => {
  const made = `It was made, and the answer was lost: ${location}`
  if (publishesKeys) return made
  return `${made}\nGive it a credential with portcullis keys add or portcullis certificates add.`
}

export function printCreated(client: CreatedBody): void {
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

function proofInWords(client: CreatedBody): string {
  const { client_id: id, jwks_uri: uri } = client
  if (uri) return ` It proves itself by the keys that it publishes at ${uri}.`
  if (credentialsOf(client).length > 0) return ''
  return ` It gets no token before it has another credential, such as:
  portcullis keys add ${id} FILE
  portcullis certificates add ${id} FILE`
}

function printWithoutSecret(client: CreatedBody): void {
  note(`Created ${labelOf(client)}.${proofInWords(client)}`)
  printFields([['client_id', client.client_id]])
}

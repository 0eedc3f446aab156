import { valueIn } from '../../platform/typed-value.ts'
import { openAdmin } from '../admin.ts'
import type { RuleBody } from '../api-types.ts'
import { clientArgument } from '../clients/client-argument.ts'
import { sendOnce } from '../clients/send-once.ts'
import { action } from '../command.ts'
import { usageFailure } from '../failure.ts'
import { withClient } from '../find-client.ts'
import { printFields } from '../table.ts'
import { note, printJson } from '../terminal.ts'
import { readDuration } from '../times.ts'

const args = {
  ...clientArgument,
  issuerId: {
    type: 'string',
    required: true,
    valueHint: 'ISSUER_ID',
    description: 'The issuer of its tokens, which issuers list shows',
  },
  subject: { type: 'string', valueHint: 'TEXT', description: 'The whole sub of its token' },
  claim: {
    type: 'string',
    many: true,
    valueHint: 'NAME=VALUE',
    description: 'A claim of its token; may be repeated. In double quotes, the value is text',
  },
  label: { type: 'string', valueHint: 'TEXT', description: 'What runs there' },
  expiresOn: {
    type: 'string',
    valueHint: 'YYYY-MM-DD',
    description: 'The last day of the credential; without it, it never expires',
  },
  lifetime: {
    type: 'string',
    valueHint: 'DURATION',
    description: 'Of tokens issued for it, such as 30m (default 1h)',
  },
} as const

export const add = action('add', 'Let a workload act as a client', args, async (values) => {
  const { subject, label, lifetime } = values
  const wanted = {
    issuer_id: values.issuerId,
    subject,
    claims: readClaims(values.claim),
    label,
    expires_on: values.expiresOn,
    token_lifetime: lifetime === undefined ? undefined : readDuration('--lifetime', lifetime),
  }
  const admin = await openAdmin()
  await withClient(admin, values.client, async (id) => {
    const path = `/clients/${id}/federated-credentials`
    const { body } = await sendOnce(admin, path, wanted, inDoubt(id))
    if (values.json) return printJson(body)
    note(`A workload may act as ${id} from now on.`)
    printFields([['credential_id', (body as RuleBody).credential_id]])
  })
})

function inDoubt(id: string): string {
  return `It may be there anyway. This lists those of the client:\n  portcullis workloads list ${id}`
}

function readClaims(typed: string[]): RuleBody['claims'] {
  const claims = typed.map(readClaim)
  const names = claims.map(([name]) => name)
  const again = names.find((name, i) => names.indexOf(name) < i)
  if (again !== undefined) throw usageFailure(`--claim ${again} is given more than once.`)
  return Object.fromEntries(claims)
}

function readClaim(typed: string): [string, RuleBody['claims'][string]] {
  const [name = '', ...rest] = typed.split('=')
  const value = valueIn(rest.join('='))
  if (name === '' || rest.length === 0) throw usageFailure(`--claim "${typed}" is not NAME=VALUE.`)
  if (value !== null) return [name, value]
  throw usageFailure(
    `--claim "${typed}": write a number that long as text, and close the quotes: ${name}='"..."'.`,
  )
}

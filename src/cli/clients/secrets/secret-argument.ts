import type { ClientBody, SecretBody } from '../../api-types.ts'
import { EXIT, Failure } from '../../failure.ts'
import { clientArgument } from '../client-argument.ts'

export const secretArguments = {
  ...clientArgument,
  secret: {
    type: 'positional',
    required: true,
    description: 'Its secret_id, or its last characters',
  },
} as const

/** The secret of that id, or the only one that ends so. */
export function secretOf({ client_id: id, secrets }: ClientBody, named: string): SecretBody {
  const ending = named.replace(/^…/, '')
  const byId = secrets.filter(({ secret_id: one }) => one === named)
  const found = byId.length > 0 ? byId : secrets.filter(({ hint }) => hint === ending)
  const [only, ...others] = found
  if (only && others.length === 0) return only
  const what = only ? `several secrets that end with ${ending}` : `no secret ${named}`
  throw new Failure(
    EXIT.notFound,
    `${id} has ${what}. This lists them:\n  portcullis clients secrets list ${id}`,
  )
}

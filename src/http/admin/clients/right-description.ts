import { type Described, type Description, one } from '../../reference/description.ts'
import { givenRightSchema, takingQuery } from './requests.ts'
import { CUTS_OFF } from './field-description.ts'
import { clientResponse } from './response.ts'

const CLIENT = '/clients/{client_id}'

const put = (id: string, what: string): Described => ({
  id,
  does: `Give a client one ${what} more`,
  more: 'All else stays. Idempotent.',
  body: {
    schema: givenRightSchema,
    optional: true,
    examples: [{ apply_to_issued_tokens: false }],
  },
  answers: one(clientResponse, 'The client.'),
  conditional: true,
})

const taken = (id: string, what: string): Described => ({
  id,
  does: `Take one ${what} from a client`,
  more: 'All else stays. Idempotent.',
  query: takingQuery,
  answers: one(clientResponse, 'The client.'),
  conditional: true,
})

export const rights: Description = {
  tag: 'Single rights',
  about: 'One permission or role of a client, and nothing else.',
  requests: { GivenRight: givenRightSchema },
  fields: { apply_to_issued_tokens: CUTS_OFF },
  operations: {
    [`PUT ${CLIENT}/permissions/{api_id}/{permission}`]: put('givePermission', 'permission'),
    [`DELETE ${CLIENT}/permissions/{api_id}/{permission}`]: taken('takePermission', 'permission'),
    [`PUT ${CLIENT}/roles/{role_id}`]: put('giveRole', 'role'),
    [`DELETE ${CLIENT}/roles/{role_id}`]: taken('takeRole', 'role'),
  },
}

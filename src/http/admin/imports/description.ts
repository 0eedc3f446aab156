import type { Description } from '../../reference/description.ts'
import {
  CREDENTIAL_FIELDS,
  DETAIL_FIELDS,
  ROLES,
  SECRET_LASTS,
} from '../clients/field-description.ts'
import { importSchema } from './requests.ts'
import { importResponse } from './response.ts'

export const imports: Description = {
  tag: 'Imports',
  about: 'Clients of another server, with their ids and secrets.',
  requests: { ClientImport: importSchema },
  responses: { ImportResults: importResponse },
  fields: {
    ...DETAIL_FIELDS,
    roles: ROLES,
    secret: 'A text or a hash, and not both; null for a client without one.',
    label: CREDENTIAL_FIELDS.label,
    remind: CREDENTIAL_FIELDS.remind,
    expires_on: SECRET_LASTS,
    text: 'The secret. It is kept as a keyed hash, as every other.',
    hash: 'As Ory Hydra has it. The first right use replaces it.',
    outcome: 'exists: there is a client of this id, and it was not changed.',
  },
  operations: {
    'POST /client-imports': {
      id: 'importClients',
      does: 'Import clients with their ids and secrets',
      more: 'Up to 100, by one commit. Each is judged as by itself. May be sent again: what exists stays as it is. Not by a token.',
      body: {
        schema: importSchema,
        examples: [
          {
            clients: [
              {
                client_id: 'aUtH0cLiEnT',
                client_name: 'Nightly export',
                secret: { text: 'k7Qm2Zt9Xw4Rb1Lf8Vc3Nd6H', expires_on: '2027-01-31' },
              },
            ],
          },
        ],
      },
      answers: {
        200: { what: 'What became of each.', schema: importResponse, headers: ['Replayed'] },
      },
      once: true,
    },
  },
}

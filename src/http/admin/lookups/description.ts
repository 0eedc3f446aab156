import type { Description } from '../../reference/description.ts'
import { HINT, LABEL, RETIRES_AT, USED_AT } from '../clients/field-description.ts'
import { lookupSchema } from './requests.ts'
import { lookupResponse } from './response.ts'

export const lookups: Description = {
  tag: 'Credential lookups',
  about: 'Whose a credential is that somebody found.',
  requests: { LookupRequest: lookupSchema },
  responses: { Lookup: lookupResponse },
  fields: {
    hint: HINT,
    label: LABEL,
    retires_at: RETIRES_AT,
    last_used_at: USED_AT,
    text: 'An access token or a secret, or a part of one; an id, key id, kid, thumbprint or jti. Nothing of it is stored or logged.',
    text_is: 'What it is by its form alone.',
    matched_by: 'whole_secret: the keyed hash says that it is this secret.',
    works: 'Whether the credential gets in now.',
    why: 'Why it does not, each a sentence.',
    findings: 'Of a token: good is null where it cannot be determined.',
    notes: 'What the form of the text says, and what cannot be known.',
    more: 'Whether more than these match.',
  },
  operations: {
    'POST /credential-lookups': {
      id: 'lookUpCredential',
      does: 'Find whose a credential is, and whether it works',
      more: 'A jti alone is known only of a token that was revoked by itself, until it expires.',
      body: { schema: lookupSchema, examples: [{ text: 'pc_4Xq8mZr1Tn0c' }] },
      answers: { 200: { what: 'What was found.', schema: lookupResponse } },
    },
  },
}

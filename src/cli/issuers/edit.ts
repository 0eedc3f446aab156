import { action } from '../command.ts'
import { editOptionsOf, editsOf } from '../fields.ts'
import { editOne } from '../noun-actions.ts'
import { FIELDS, readKeysInto } from './fields.ts'
import { ISSUERS, issuerArgument } from './noun.ts'

export const edit = action(
  'edit',
  'Change how the tokens of a trusted issuer are judged',
  { ...issuerArgument, ...editOptionsOf(FIELDS) },
  async (values) => {
    const edits = editsOf(FIELDS, values)
    await readKeysInto(edits.state, values)
    await editOne(ISSUERS, values.issuer, edits, values.json)
  },
)

import { action } from '../command.ts'
import { showOne } from '../noun-actions.ts'
import { ISSUERS, issuerArgument } from './noun.ts'

export const show = action(
  'show',
  'Show a trusted issuer, and how its tokens are judged',
  issuerArgument,
  ({ issuer, json }) => showOne(ISSUERS, issuer, json),
)

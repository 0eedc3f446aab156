import { isIdOf } from '../../domain/ids.ts'
import { action } from '../command.ts'
import { yesOption } from '../confirm.ts'
import { deleteOne } from '../noun-actions.ts'
import { ISSUERS, issuerArgument } from './noun.ts'

export const remove = action(
  'delete',
  'Stop trusting an issuer that no federated credential names',
  { ...issuerArgument, ...yesOption },
  // An exact id is not typed by mistake: it asks for nothing more.
  ({ issuer, yes, json }) =>
    deleteOne(ISSUERS, issuer, { yes: yes || isIdOf(ISSUERS.prefix, issuer), json }),
)

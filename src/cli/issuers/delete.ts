import { isIdOf } from '../../domain/ids.ts'
import { openAdmin } from '../admin.ts'
import { action } from '../command.ts'
import { yesOption } from '../confirm.ts'
import { deleteOnce } from '../delete-once.ts'
import { deleteOne } from '../noun-actions.ts'
import { print, printJson } from '../terminal.ts'
import { ISSUERS, issuerArgument } from './noun.ts'

export const remove = action(
  'delete',
  'Trust an issuer no more, where no federated credential names it',
  { ...issuerArgument, ...yesOption },
  async ({ issuer, yes, json }) => {
    if (!isIdOf(ISSUERS.prefix, issuer)) return deleteOne(ISSUERS, issuer, { yes, json })
    // An exact id is not typed by mistake: it asks for nothing more.
    await deleteOnce(await openAdmin(), `${ISSUERS.path}/${issuer}`)
    if (json) return printJson({ issuer_id: issuer, deleted: true })
    print(`Deleted ${issuer}.`)
  },
)

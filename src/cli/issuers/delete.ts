import { openAdmin } from '../admin.ts'
import { action } from '../command.ts'
import { yesOption } from '../confirm.ts'
import { deleteOnce } from '../delete-once.ts'
import { isId } from '../noun.ts'
import { deleteOne } from '../noun-actions.ts'
import { print, printJson } from '../terminal.ts'
import { ISSUERS, issuerArgument } from './noun.ts'

export const remove = action(
  'delete',
  'Stop trusting an issuer that no federated credential names',
  { ...issuerArgument, ...yesOption },
  async ({ issuer, yes, json }) => {
    if (!isId(ISSUERS, issuer)) return deleteOne(ISSUERS, issuer, { yes, json })
    // An exact id is not typed by mistake: it asks for nothing more.
    await deleteOnce(await openAdmin(), `${ISSUERS.path}/${issuer}`)
    if (json) return printJson({ issuer_id: issuer, deleted: true })
    print(`Deleted ${issuer}.`)
  },
)

import { openAdmin } from '../admin.ts'
import type { SigningKeyBody } from '../api-types.ts'
import { sendOnce } from '../clients/send-once.ts'
import { action } from '../command.ts'
import { printFields } from '../table.ts'
import { note, printJson } from '../terminal.ts'
import { timeInWords } from '../times.ts'

const IN_DOUBT =
  'It may have been rotated anyway. This lists the keys:\n  portcullis signing-keys list'

export const rotate = action(
  'rotate',
  'Promote the standby key, and publish another in its place',
  {},
  async ({ json }) => {
    const { body } = await sendOnce(await openAdmin(), '/signing-keys', {}, IN_DOUBT)
    if (json) return printJson(body)
    const { kid, activates_at: at } = body as SigningKeyBody
    note(`${kid} is promoted.`)
    printFields([
      ['kid', kid],
      ['signs from', at && timeInWords(at)],
    ])
  },
)

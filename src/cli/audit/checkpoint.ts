import { openAdmin } from '../admin.ts'
import type { CheckpointBody } from '../api-types.ts'
import { action } from '../command.ts'
import { print, printJson } from '../terminal.ts'

const args = {
  verifierKey: { type: 'boolean', description: 'Print the key that verifies it instead' },
} as const

export const checkpoint = action(
  'checkpoint',
  'Print the newest signed checkpoint of the log: keep it where it cannot be changed',
  args,
  async ({ verifierKey, json }) => {
    const { body } = await (await openAdmin()).request('GET', '/audit-events/checkpoint')
    const { checkpoint: signed, verifier_key: key } = body as CheckpointBody
    if (json) return printJson(body)
    print(verifierKey ? key : signed.trimEnd())
  },
)

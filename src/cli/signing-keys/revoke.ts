import { openAdmin } from '../admin.ts'
import { action } from '../command.ts'
import { confirm, requireYesOrTerminal, yesOption } from '../confirm.ts'
import { print, printJson } from '../terminal.ts'

const args = {
  kid: {
    type: 'positional',
    required: true,
    description: 'Its kid, as list shows it; after -- if it begins with -',
  },
  ...yesOption,
} as const

export const revoke = action(
  'revoke',
  'Revoke a key in an emergency: the tokens that it signed are rejected at once',
  args,
  async ({ kid, yes, json }) => {
    requireYesOrTerminal(yes, 'All tokens that it signed are rejected')
    if (!yes) {
      const question = 'All tokens that it signed are rejected at once. Type its kid to revoke it'
      await confirm(question, kid, 'Nothing was revoked.')
    }
    const admin = await openAdmin()
    // A revoked key is still there, so no attempt misses one that was: 404 is a mistyped kid.
    await admin.request('DELETE', `/signing-keys/${encodeURIComponent(kid)}`)
    if (json) printJson({ kid, revoked: true })
    else print(`Revoked ${kid}.`)
  },
)
